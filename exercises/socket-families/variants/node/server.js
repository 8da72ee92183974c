// An echo server for unix sockets, IPv4 and IPv6.
const fs = require("fs");
const net = require("net");

function fail(status, why) {
  console.error("server:", why);
  process.exit(status);
}

function parse(text) {
  if (text.startsWith("unix:")) return text.length > 5 ? { path: text.slice(5) } : null;
  const m = /^(?:\[([^\]]+)\]|([0-9.]+)):([0-9]{1,5})$/.exec(text);
  if (!m || Number(m[3]) > 65535) return null;
  if (m[1] ? !net.isIPv6(m[1]) : !net.isIPv4(m[2])) return null;
  return { host: m[1] || m[2], port: Number(m[3]), ipv6Only: Boolean(m[1]) };
}

function listen(options) {
  const server = net.createServer({ allowHalfOpen: true }, conn => {
    conn.on("error", error => console.error("client:", error.message));
    conn.pipe(conn);
  });
  server.on("error", error => fail(1, error.message));
  server.listen(options, () => console.log(">>> listening"));
}

const options = parse(process.argv[2] || "");
if (!options) fail(2, `${process.argv[2]} is no address`);
if (!options.path) {
  listen(options);
} else {
  // Some versions of Node cut longer paths off.
  if (Buffer.byteLength(options.path) > 107) fail(1, "the path is too long");
  const kind = fs.lstatSync(options.path, { throwIfNoEntry: false });
  if (!kind) {
    listen(options);
  } else if (!kind.isSocket()) {
    fail(1, "there is a file that is no socket");
  } else {
    const probe = net.connect(options.path, () => fail(1, "in use"));
    probe.on("error", error => {
      if (error.code !== "ECONNREFUSED") fail(1, error.message);
      fs.unlinkSync(options.path);
      listen(options);
    });
  }
}
