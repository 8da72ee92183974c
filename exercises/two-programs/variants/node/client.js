const net = require("net");

function fail(status, why) {
  console.error(`client: ${why}`);
  process.exit(status);
}

const [address, name, ...more] = process.argv.slice(2);
const [, host, port] = /^(.+):(\d+)$/.exec(address ?? "") ?? [];
if (!port || name === undefined || more.length > 0) fail(2, "usage: client ADDRESS NAME");

let greeting = "";
const conn = net.connect({ host, port: Number(port) }, () => conn.write(`${name}\n`));
conn.setEncoding("utf8");
conn.on("error", (error) => fail(1, error.message));
conn.on("data", (part) => (greeting += part));
conn.on("end", () => {
  const end = greeting.indexOf("\n");
  if (end < 0) fail(1, "the server closed before the greeting was complete");
  console.log(greeting.slice(0, end));
});
