"use strict";
const readline = require("node:readline");

const KINDS = Object.entries({
  wildcard: ["0.0.0.0/32", "::/128"],
  loopback: ["127.0.0.0/8", "::1/128"],
  private: ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"],
  "unique-local": ["fc00::/7"],
  "link-local": ["169.254.0.0/16", "fe80::/10"],
  multicast: ["224.0.0.0/4", "ff00::/8"],
  broadcast: ["255.255.255.255/32"],
  documentation: ["192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32"],
  mapped: ["::ffff:0:0/96"],
}).flatMap(([kind, networks]) => networks.map((text) => ({ kind, ...parse(text) })));

function number(text, most) {
  if (!/^(0|[1-9][0-9]{0,2})$/.test(text) || Number(text) > most) {
    throw new RangeError(`${text} is not a number from 0 to ${most}`);
  }
  return Number(text);
}

function fourNumbers(text) {
  const parts = text.split(".");
  if (parts.length !== 4) throw new RangeError("an IPv4 address has four numbers");
  return parts.reduce((sum, part) => (sum << 8n) | BigInt(number(part, 255)), 0n);
}

function eightGroups(text) {
  const tail = text.match(/^(.*:)([^:]*\.[^:]*)$/);
  if (tail) {
    const n = fourNumbers(tail[2]);
    text = `${tail[1]}${(n >> 16n).toString(16)}:${(n & 0xffffn).toString(16)}`;
  }
  const sides = text.split("::");
  if (sides.length > 2) throw new RangeError("more than one ::");
  const [left, right] = sides.map((side) => (side === "" ? [] : side.split(":")));
  const missing = 8 - left.length - (right ?? []).length;
  if (right ? missing < 1 : missing !== 0) throw new RangeError("not eight groups");
  return [...left, ...Array(missing).fill("0"), ...(right ?? [])].reduce((sum, group) => {
    if (!/^[0-9a-f]{1,4}$/i.test(group)) throw new RangeError(`${group} is no group`);
    return (sum << 16n) | BigInt("0x" + group);
  }, 0n);
}

function parse(text) {
  const [address, prefix, more] = text.split("/");
  if (more !== undefined) throw new RangeError("more than one slash");
  const size = address.includes(":") ? 128 : 32;
  const value = size === 128 ? eightGroups(address) : fourNumbers(address);
  return { size, value, prefix: prefix === undefined ? undefined : number(prefix, size) };
}

function units(a, width, base, digits) {
  const text = a.value.toString(2).padStart(a.size, "0").match(new RegExp(`.{${width}}`, "g"));
  return text.map((bits) => parseInt(bits, 2).toString(base).padStart(digits, "0"));
}

const dotted = (a) => units(a, 8, 10, 0).join(".");
const full = (a) => units(a, 16, 16, 4).join(":");

function answer(text) {
  const a = parse(text);
  const found = KINDS.find((k) => {
    const free = BigInt(k.size - k.prefix);
    return k.size === a.size && k.value >> free === a.value >> free;
  });
  const fields = [["kind", found ? found.kind : "global"]];
  const free = BigInt(a.size - (a.prefix ?? 0));
  const first = { size: a.size, value: (a.value >> free) << free };
  if (a.size === 128) {
    if (a.prefix !== undefined) fields.push(["network", full(first)]);
    return [...fields, ["full", full(a)]];
  }
  if (a.prefix !== undefined) {
    const count = 1n << free;
    const last = { size: 32, value: first.value + count - 1n };
    fields.push(["hosts", free > 1n ? count - 2n : count], ["broadcast", free > 1n ? dotted(last) : "none"], ["network", dotted(first)]);
  }
  return [...fields, ["binary", units(a, 8, 2, 8).join(".")]];
}

readline.createInterface({ input: process.stdin, crlfDelay: Infinity }).on("line", (line) => {
  const text = line.replace(/^[ \t\r]+|[ \t\r]+$/g, "");
  let fields;
  try {
    fields = answer(text);
  } catch (error) {
    fields = [["error", error.message]];
  }
  process.stdout.write([["input", text], ...fields].map(([name, value]) => `${name}: ${value}\r\n`).join("") + "\r\n");
});
