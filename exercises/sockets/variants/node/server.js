// Prints the first piece of what each client says, answers "hi" and closes.
const net = require("net");

const [host, port] = process.argv[2].split(":");
const server = net.createServer(conn => {
  conn.on("error", error => console.error("client went away:", error.message));
  conn.once("data", message => {
    console.log(message.toString());
    conn.end("hi");
  });
});
server.on("error", error => {
  console.error("server:", error.message);
  process.exit(1);
});
server.listen(Number(port), host);
