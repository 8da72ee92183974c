"use strict";
const dgram = require("dgram");

const colors = { anna: 31, bert: 32, carl: 33, dora: 34, emil: 35, fred: 36 };
const received = new Map();
const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

// Node's decoder doesn't keep bad bytes apart, so characters of one to four
// bytes are tried at each place; what is none is hex.
function text(bytes) {
  let out = "";
  for (let i = 0; i < bytes.length; ) {
    const size = [1, 2, 3, 4].find((n) => i + n <= bytes.length && decodes(bytes.subarray(i, i + n)));
    out += size ? strict.decode(bytes.subarray(i, i + size)) : hex(bytes[i]);
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

function visible(s) {
  return s.replace(/[\u0000-\u001f\u007f-\u009f]/g, (c) => hex(c.charCodeAt(0)));
}

function paint(name) {
  if (process.env.NO_COLOR || !Object.hasOwn(colors, name)) return visible(name);
  return `\x1b[${colors[name]}m${name}\x1b[0m`;
}

function hear(datagram, sender) {
  if (datagram.length > 1024) return "error: more than 1024 bytes";
  const message = text(datagram);
  const colon = message.indexOf(" : ");
  if (colon < 1) return "error: no name, or no text";
  const name = message.slice(0, colon);
  const said = message.slice(colon + 3);
  if (said === "q") {
    received.delete(sender);
    console.log(paint(name) + " left");
    return "bye";
  }
  console.log("%s : %s", paint(name), visible(said));
  received.set(sender, (received.get(sender) ?? 0) + 1);
  return "received " + received.get(sender);
}

const [host, port] = process.argv[2].split(":");
const socket = dgram.createSocket("udp4");
socket.on("message", (datagram, from) => {
  socket.send(hear(datagram, `${from.address}:${from.port}`), from.port, from.address);
});
socket.on("error", (error) => console.error(error.message));
socket.bind(Number(port), host);
