const net = require("net");
const readline = require("readline");

const colon = process.argv[2].lastIndexOf(":");
const conn = net.connect(Number(process.argv[2].slice(colon + 1)), process.argv[2].slice(0, colon));

function fail(why) {
  console.error(why);
  process.exit(1);
}

let over = false;
function goodbye(last) {
  over = true;
  conn.end(last, () => process.exit(0));
}

conn.on("error", (error) => over || fail(error.message));
conn.on("close", () => over || fail("the server is gone"));
conn.on("connect", () => {
  // readline holds back half a character until the rest is there.
  readline.createInterface({ input: conn }).on("line", (line) => {
    if (over) return;
    if (line === "q" && conn.readableEnded === false) goodbye("");
    else process.stdout.write(line + "\n");
  });
  readline
    .createInterface({ input: process.stdin })
    .on("line", (line) => over || (line === "q" ? goodbye("q\n") : conn.write(line + "\n")))
    .on("close", () => over || goodbye("q\n"));
});
