const net = require("net");

const colon = process.argv[2].lastIndexOf(":");
const host = process.argv[2].slice(0, colon);
const port = Number(process.argv[2].slice(colon + 1));

// eachLine calls f with every whole line of a stream of bytes.
function eachLine(stream, f) {
  let rest = [];
  stream.on("data", (chunk) => {
    for (let end; (end = chunk.indexOf(10)) >= 0; chunk = chunk.subarray(end + 1)) {
      const line = Buffer.concat([...rest, chunk.subarray(0, end)]).toString("utf8");
      rest = [];
      f(line);
    }
    rest.push(chunk);
  });
}

const waiting = [];
let unsaid = [];
let current = null;

function next() {
  current = waiting.shift() || null;
  if (!current) return;
  const conn = current;
  const over = () => {
    if (conn !== current) return;
    conn.end();
    next();
  };
  eachLine(conn, (line) => {
    if (conn !== current) return;
    if (line === "q") over();
    else process.stdout.write(line + "\n");
  });
  conn.on("end", over);
  conn.on("close", over);
  for (const line of unsaid.splice(0)) say(line);
  conn.resume();
}

function say(line) {
  if (!current) {
    unsaid.push(line);
    return;
  }
  current.write(line + "\n");
  if (line === "q") {
    current.end();
    next();
  }
}

eachLine(process.stdin, say);
process.stdin.on("end", () => {
  if (!current) process.exit(0);
  current.end("q\n", () => process.exit(0));
});

net
  .createServer({ pauseOnConnect: true }, (conn) => {
    conn.on("error", (error) => console.error(error.message));
    waiting.push(conn);
    if (!current) next();
  })
  .listen(port, host, () => console.error("listening"));
