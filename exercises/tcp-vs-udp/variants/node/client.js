// The echo client.
const dgram = require("node:dgram");
const net = require("node:net");

const [address, transport, wait = "1000"] = process.argv.slice(2);
const [host, port] = address.split(":");

function fail(error) {
  console.error("client: " + error.message);
  process.exit(1);
}

function overTCP() {
  const conn = net.connect(Number(port), host);
  conn.on("error", fail);
  process.stdin.pipe(conn); // ends our direction when the input has ended
  conn.pipe(process.stdout);
}

async function overUDP() {
  const chunks = [];
  for await (const chunk of process.stdin) chunks.push(chunk);
  let rest = Buffer.concat(chunks);
  const socket = dgram.createSocket("udp4");
  await new Promise((resolve) => socket.connect(Number(port), host, resolve));
  while (rest.length > 0) {
    const end = rest.indexOf("\n");
    const message = end < 0 ? rest : rest.subarray(0, end);
    rest = end < 0 ? Buffer.alloc(0) : rest.subarray(end + 1);
    await ask(socket, message);
    process.stdout.write(Buffer.concat([message, Buffer.from("\n")]));
  }
  socket.close();
}

async function ask(socket, message) {
  for (let attempt = 1; attempt <= 3; attempt++) {
    socket.send(message);
    if (await comesBack(socket, message)) return;
    console.error(`no answer to try ${attempt}`);
  }
  throw new Error("no answer");
}

function comesBack(socket, message) {
  return new Promise((resolve, reject) => {
    const done = (result) => {
      clearTimeout(timer);
      socket.off("message", onMessage);
      socket.off("error", onError);
      result();
    };
    const onMessage = (data) => {
      if (data.equals(message)) done(() => resolve(true));
    };
    const onError = (error) => done(() => reject(error));
    const timer = setTimeout(() => done(() => resolve(false)), Number(wait));
    socket.on("message", onMessage);
    socket.on("error", onError);
  });
}

if (transport === "tcp") overTCP();
else overUDP().catch(fail);
