const net = require("net");

const text = process.argv[2];
const server = net.createServer({ allowHalfOpen: true }, conn => {
  conn.on("error", error => console.error(error.message));
  conn.on("data", data => conn.write(data));
  conn.on("end", () => conn.destroy());
});
if (text.startsWith("unix:")) {
  server.listen(text.slice(5));
} else {
  const colon = text.lastIndexOf(":");
  server.listen(Number(text.slice(colon + 1)), text.slice(0, colon).replace(/[\[\]]/g, ""));
}
