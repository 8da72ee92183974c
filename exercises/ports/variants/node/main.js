const net = require("net");

function usage(text) {
  console.error("main:", text);
  process.exit(2);
}

const [address, ...numbers] = process.argv.slice(2);
if (numbers.length < 2 || numbers.length > 3) usage("ADDRESS FIRST LAST [WAIT]");
if (!net.isIP(address)) usage(`${address} is not an IP address`);
if (!numbers.every(n => /^\d+$/.test(n))) usage("FIRST, LAST and WAIT are numbers");
const [first, last, wait = 1000] = numbers.map(Number);
if (first < 1 || last > 65535 || first > last) usage("the range must lie within 1 to 65535");
if (wait === 0) usage("WAIT must be above 0");

const states = [];
let next = first;

function knock() {
  if (next > last) return Promise.resolve();
  const port = next++;
  return new Promise(resolve => {
    const socket = net.connect({ host: address, port });
    const timer = setTimeout(() => done("silent"), wait);
    const done = state => {
      clearTimeout(timer);
      socket.destroy();
      states[port - first] ??= state;
      resolve();
    };
    socket.on("connect", () => done("open"));
    socket.on("error", error => done(error.code === "ECONNREFUSED" ? "closed" : error.code));
  }).then(knock);
}

Promise.all(Array.from({ length: 100 }, knock)).then(() => {
  states.forEach((state, i) => {
    if (state !== "closed") console.log(`${first + i} ${state}`);
  });
  console.log(`${states.filter(s => s === "closed").length} closed`);
});
