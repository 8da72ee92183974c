// The echo server.
const dgram = require("node:dgram");
const net = require("node:net");

const [host, port] = process.argv[2].split(":");

net.createServer((conn) => {
  conn.on("error", (error) => console.error(error.message));
  conn.pipe(conn); // waits when the client doesn't read, and ends when it does
}).listen(Number(port), host);

const socket = dgram.createSocket("udp4");
socket.on("message", (data, asker) => socket.send(data, asker.port, asker.address));
socket.bind(Number(port), host);
