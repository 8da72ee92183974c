const fs = require("fs");

class Refused extends Error {}

const need = (data, count, layer) => {
  if (data.length < count) throw new Refused(`truncated ${layer}`);
};
const hex = data => data.toString("hex");
const orNone = text => text || "-";
const mac = data => hex(data).match(/../g).join(":");
const ip = data => [...data].join(".");
const ip6 = data => hex(data).match(/..../g).join(":");
const flags = (names, bits) => orNone(names.filter((_, i) => bits >> i & 1).join(","));

function payload(data) {
  return data.length ? [`payload bytes=${data.length} hex=${hex(data)}`] : [];
}

function* ethernet(data) {
  need(data, 14, "ethernet");
  const type = data.readUInt16BE(12).toString(16).padStart(4, "0");
  yield `ethernet to=${mac(data.subarray(0, 6))} from=${mac(data.subarray(6, 12))} type=0x${type}`;
  const next = { "0806": arp, "0800": ipv4, "86dd": ipv6 }[type];
  if (next) return yield* next(data.subarray(14));
  yield `unknown type=0x${type}`;
  yield* payload(data.subarray(14));
}

function* arp(data) {
  need(data, 28, "arp");
  if (hex(data.subarray(0, 6)) !== "000108000604") throw new Refused("bad arp");
  yield `arp operation=${data.readUInt16BE(6)} sender-mac=${mac(data.subarray(8, 14))} sender-ip=${ip(data.subarray(14, 18))} ` +
    `target-mac=${mac(data.subarray(18, 24))} target-ip=${ip(data.subarray(24, 28))}`;
}

function* ipv4(data) {
  need(data, 20, "ipv4");
  const header = (data[0] & 15) * 4, total = data.readUInt16BE(2), fragment = data.readUInt16BE(6);
  if (data[0] >> 4 !== 4 || header < 20 || total < header) throw new Refused("bad ipv4");
  need(data, total, "ipv4");
  const offset = (fragment & 0x1fff) * 8;
  yield `ipv4 from=${ip(data.subarray(12, 16))} to=${ip(data.subarray(16, 20))} protocol=${data[9]} ttl=${data[8]} ` +
    `id=${data.readUInt16BE(4)} flags=${flags(["MF", "DF"], fragment >> 13)} offset=${offset} header=${header} ` +
    `options=${orNone(hex(data.subarray(20, header)))}`;
  const carried = data.subarray(header, total);
  if (offset === 0) return yield* transport(data[9], carried, fragment >> 13 & 1);
  yield "fragment";
  yield* payload(carried);
}

function* ipv6(data) {
  need(data, 40, "ipv6");
  if (data[0] >> 4 !== 6) throw new Refused("bad ipv6");
  const end = 40 + data.readUInt16BE(4);
  need(data, end, "ipv6");
  yield `ipv6 from=${ip6(data.subarray(8, 24))} to=${ip6(data.subarray(24, 40))} next=${data[6]} hops=${data[7]}`;
  yield* transport(data[6], data.subarray(40, end), 0);
}

function* transport(protocol, data, more) {
  if (protocol === 6) return yield* tcp(data);
  if (protocol === 17) return yield* udp(data, more);
  yield `unknown protocol=${protocol}`;
  yield* payload(data);
}

function* tcp(data) {
  need(data, 20, "tcp");
  const header = (data[12] >> 4) * 4;
  if (header < 20) throw new Refused("bad tcp");
  need(data, header, "tcp");
  const names = ["FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR"];
  yield `tcp from=${data.readUInt16BE(0)} to=${data.readUInt16BE(2)} seq=${data.readUInt32BE(4)} ack=${data.readUInt32BE(8)} ` +
    `flags=${flags(names, data[13])} window=${data.readUInt16BE(14)} header=${header} options=${orNone(hex(data.subarray(20, header)))}`;
  yield* payload(data.subarray(header));
}

function* udp(data, more) {
  need(data, 8, "udp");
  const length = data.readUInt16BE(4);
  if (length < 8) throw new Refused("bad udp");
  if (!more) need(data, length, "udp");
  yield `udp from=${data.readUInt16BE(0)} to=${data.readUInt16BE(2)} length=${length}`;
  yield* payload(data.subarray(8, length));
}

let count = 0;
for (const line of fs.readFileSync(0, "latin1").split("\n")) {
  const digits = line.replace(/[ \t\r:]/g, "");
  if (!digits) continue;
  console.log(`frame ${++count}`);
  try {
    const frame = Buffer.from(digits, "hex");
    if (digits.length % 2 || !frame.length) throw new Refused("bad hex");
    for (const text of ethernet(frame)) console.log(text);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    console.log(`error: ${error.message}`);
  }
}
