"use strict";
const dgram = require("dgram");
const readline = require("readline");

const [address, wanted, wait = "1000"] = process.argv.slice(2);
const name = Buffer.from(wanted).toString("latin1");
const [host, port] = address.split(":");

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

// Characters of one to four bytes are tried at each place; what is none is hex.
function visible(bytes) {
  let out = "";
  for (let i = 0; i < bytes.length; ) {
    const size = [1, 2, 3, 4].find((n) => i + n <= bytes.length && decodes(bytes.subarray(i, i + n)));
    const char = size ? strict.decode(bytes.subarray(i, i + size)) : "";
    out += !size ? hex(bytes[i]) : /\p{Cc}/u.test(char) ? hex(char.charCodeAt(0)) : char;
    i += size ?? 1;
  }
  return out;
}

function decodes(bytes) {
  try {
    strict.decode(bytes);
    return true;
  } catch {
    return false;
  }
}

function hex(n) {
  return "\\x" + n.toString(16).padStart(2, "0");
}

const socket = dgram.createSocket("udp4");
let heard = () => {};
socket.on("message", (bytes, from) => {
  if (from.address === host && from.port === Number(port)) heard(bytes);
});
socket.on("error", (error) => console.error(error.message));

function ask(message) {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(null), Number(wait));
    heard = (bytes) => {
      clearTimeout(timer);
      resolve(bytes);
    };
    socket.send(Buffer.from(message, "latin1"), Number(port), host);
  });
}

async function main() {
  process.stdin.setEncoding("latin1"); // a character for each byte
  const lines = readline.createInterface({ input: process.stdin, crlfDelay: Infinity });
  process.stdout.write(">>> ");
  for await (const line of lines) {
    const answer = await ask(`${name} : ${line}`);
    if (answer) console.log(visible(answer));
    else console.error("no answer");
    if (line === "q") break;
    process.stdout.write(">>> ");
  }
  process.exit(0);
}

main();
