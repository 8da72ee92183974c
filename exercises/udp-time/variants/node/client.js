const dgram = require("dgram");

const [address, format = "%Y-%m-%d %H:%M:%S", wait = "1000"] = process.argv.slice(2);
const [host, port] = address.split(":");
const socket = dgram.createSocket("udp4");
let questions = 0;
let timer;

function fail(text) {
  console.error("client:", text);
  process.exit(1);
}

function ask() {
  if (questions++ === 3) fail(`${address} does not answer`);
  socket.send(format, Number(port), host);
  timer = setTimeout(ask, Number(wait));
}

socket.on("error", error => fail(error.message));
socket.on("message", (data, from) => {
  if (from.address !== host || from.port !== Number(port)) return;
  clearTimeout(timer);
  const text = data.toString();
  if (text.startsWith("error: ")) fail(text);
  console.log(text);
  socket.close();
});
ask();
