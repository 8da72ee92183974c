// Says "hello!" and prints everything that comes back.
const net = require("net");

const [host, port] = process.argv[2].split(":");
const pieces = [];
const conn = net.connect(Number(port), host, () => conn.write("hello!"));
conn.on("data", piece => pieces.push(piece));
conn.on("error", error => {
  console.error("client:", error.message);
  process.exit(1);
});
conn.on("close", () => {
  const answer = Buffer.concat(pieces);
  if (answer.length === 0) {
    console.error("client: no answer");
    process.exit(1);
  }
  console.log(answer.toString());
});
