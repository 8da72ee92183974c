const dgram = require("dgram");

const days = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const months = ["January", "February", "March", "April", "May", "June", "July", "August",
  "September", "October", "November", "December"];
const two = n => String(n).padStart(2, "0");

function dayOfYear(t) {
  const midnight = Date.UTC(t.getFullYear(), t.getMonth(), t.getDate());
  return Math.round((midnight - Date.UTC(t.getFullYear(), 0, 0)) / 86400000);
}

const directives = {
  Y: t => String(t.getFullYear()), y: t => two(t.getFullYear() % 100),
  m: t => two(t.getMonth() + 1), d: t => two(t.getDate()), j: t => String(dayOfYear(t)).padStart(3, "0"),
  H: t => two(t.getHours()), M: t => two(t.getMinutes()), S: t => two(t.getSeconds()),
  f: t => String(t.getMilliseconds()).padStart(3, "0") + "000",
  I: t => two(t.getHours() % 12 || 12), p: t => t.getHours() < 12 ? "AM" : "PM",
  A: t => days[t.getDay()], a: t => days[t.getDay()].slice(0, 3),
  B: t => months[t.getMonth()], b: t => months[t.getMonth()].slice(0, 3),
  "%": () => "%",
};

function answer(question) {
  if (question.length === 0) throw new Error("nothing was asked");
  if (question.length > 1024) throw new Error("too long a question");
  const format = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(question);
  const now = new Date();
  return format.replace(/%(.?)/gsu, (all, letter) => {
    if (!Object.hasOwn(directives, letter)) throw new Error(`unknown directive ${all}`);
    return directives[letter](now);
  });
}

const [host, port] = process.argv[2].split(":");
const socket = dgram.createSocket("udp4");
socket.on("message", (question, asker) => {
  let text;
  try {
    text = answer(question);
  } catch (error) {
    text = "error: " + error.message;
  }
  socket.send(text, asker.port, asker.address);
});
socket.bind(Number(port), host);
