// Loaded before a TypeScript program: every function named ioctl or syscall that the program takes from koffi appends one
// line per userfaultfd request to the file named by VERDICTS_LOG: "number errno file:line file:line ...", innermost first.
const fs = require("node:fs");
const path = require("node:path");
const koffi = require(require.resolve("koffi", { paths: [process.env.VERDICTS_MODULES] }));

const SYS_IOCTL = 16n;
const log = process.env.VERDICTS_LOG;

function callers() {
  const out = [];
  for (const line of (new Error().stack ?? "").split("\n")) {
    const m = /\(?([^()\s]+\.ts):(\d+):\d+\)?$/.exec(line.trim());
    if (m) out.push(`${path.basename(m[1])}:${m[2]}`);
  }
  return out;
}

function note(request, rc, error) {
  const r = BigInt.asUintN(32, BigInt(request));
  if (((r >> 8n) & 0xffn) !== 0xaan || ((r & 0xffn) === 0n && r >> 30n === 0n)) return;
  Error.stackTraceLimit = 40;
  fs.appendFileSync(log, `${r & 0xffn} ${Number(rc) === 0 ? 0 : error} ${callers().join(" ")}\n`);
}

function watched(fn, isSyscall) {
  const call = (...args) => {
    const rc = fn(...args);
    const error = koffi.errno();
    if (!isSyscall) note(args[1], rc, error);
    else if (BigInt(args[0]) === SYS_IOCTL) note(args[2], rc, error);
    koffi.errno(error);
    return rc;
  };
  return Object.assign(call, fn);
}

const load = koffi.load;
koffi.load = (...where) => {
  const lib = load(...where);
  return new Proxy(lib, {
    get(target, key) {
      const member = target[key];
      if (key !== "func") return typeof member === "function" ? member.bind(target) : member;
      return (...signature) => {
        const fn = member.apply(target, signature);
        const text = signature.filter((s) => typeof s === "string").join(" ");
        const name = /\b(ioctl|syscall)\b/.exec(text)?.[1];
        return name ? watched(fn, name === "syscall") : fn;
      };
    },
  });
};
