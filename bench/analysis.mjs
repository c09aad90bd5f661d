#!/usr/bin/env node
// What the static analysis costs, printed, not tested: a keystroke in a file of 10,000 lines until its diagnostics are
// fresh, a workspace of 1,000 C files (100 with userfaultfd) cold and after one edit, files without any sign of it, and
// memory. `--keystrokes N` (40) sets the rounds of the first. Needs `npm install` only.
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { build } from "esbuild";

const { values } = parseArgs({ options: { keystrokes: { type: "string", default: "40" } } });
const at = (path) => fileURLToPath(new URL(path, import.meta.url));
const outfile = at("./build/analysis.mjs");
await build({
  stdin: {
    contents: `export { Analyzer } from "./server/src/analysis"; export { grammars } from "./server/src/workspace/grammarFiles";`,
    resolveDir: at(".."),
  },
  outfile,
  bundle: true,
  platform: "node",
  format: "esm",
  packages: "external",
});
const { Analyzer, grammars } = await import(pathToFileURL(outfile).href);
const parsers = await grammars();

const MAP = "MAP_PRIVATE | MAP_ANONYMOUS";
/** A helper as they are around userfaultfd: some arithmetic, a loop, a branch. */
const helper = (name, i) => `static long ${name}(struct item_${name} *it, long n) {
  long sum = ${i};
  for (long k = 0; k < n; k++) {
    if (it[k].flags & 0x${(i % 255).toString(16)}) sum += it[k].size * ${(i % 7) + 1};
    else sum -= it[k].size >> 2;
  }
  return sum > 0 ? sum : -1;
}
`;
const struct = (name) => `struct item_${name} {\n  unsigned flags;\n  long size;\n};\n`;
const mover = (name) => `static int ${name}(void) {
  struct uffdio_api api = {.api = UFFD_API};
  int fd = syscall(SYS_userfaultfd, O_CLOEXEC);
  char *src = mmap(0, 16384, PROT_READ | PROT_WRITE, ${MAP}, -1, 0), *dst = mmap(0, 16384, PROT_READ | PROT_WRITE, ${MAP}, -1, 0);
  struct uffdio_register reg = {.range = {(unsigned long)dst, 16384}, .mode = UFFDIO_REGISTER_MODE_MISSING};
  if (ioctl(fd, UFFDIO_API, &api) || ioctl(fd, UFFDIO_REGISTER, &reg)) return -1;
  memset(src, 1, 16384);
  if (fork() == 0) _exit(0);
  struct uffdio_move mv = {.dst = (unsigned long)dst, .src = (unsigned long)src, .len = 16384};
  return ioctl(fd, UFFDIO_MOVE, &mv);
}
`;
const HEAD = "#include <linux/userfaultfd.h>\n#include <sys/mman.h>\n#include <unistd.h>\n";

function source(id, helpers, withUffd, hasMain) {
  let text = withUffd ? HEAD : "#include <stdio.h>\n";
  for (let i = 0; i < helpers; i++) text += struct(`f${id}_${i}`) + helper(`f${id}_${i}`, i);
  if (withUffd) text += mover(`move_${id}`);
  if (hasMain) text += `int main(void) {\n  return ${withUffd ? `move_${id}()` : "0"};\n}\n`;
  return text;
}

const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1];
const megabytes = (bytes) => `${Math.round(bytes / 2 ** 20)} MB`;
const row = (what, figure, goal) => console.log(`${what.padEnd(58)}${figure.padStart(12)}   ${goal}`);
const timed = (work) => {
  const from = process.hrtime.bigint();
  const result = work();
  return { ms: Number(process.hrtime.bigint() - from) / 1e6, result };
};

function keystrokes() {
  const text = source(1, 832, true, true);
  const analyzer = new Analyzer(parsers);
  const file = "/project/large.c";
  const first = timed(() => analyzer.analyze(new Map([[file, text]])));
  const places = {
    "in a helper": text.indexOf("long sum = 416"),
    "in the function that moves": text.indexOf("memset(src"),
  };
  for (const [where, offset] of Object.entries(places)) {
    const times = [];
    let now = text;
    for (let i = 0; i < Number(values.keystrokes); i++) {
      now = `${now.slice(0, offset)} ${now.slice(offset)}`;
      const { ms, result } = timed(() => analyzer.analyze(new Map([[file, now]])));
      if (result.diagnostics.length !== first.result.diagnostics.length) throw new Error("The diagnostics changed.");
      times.push(ms);
    }
    row(`keystroke ${where}, ${text.split("\n").length} lines, median`, `${median(times).toFixed(1)} ms`, "goal 50 ms");
  }
  row("the same file opened", `${first.ms.toFixed(0)} ms`, "");
  analyzer.dispose();
}

function workspace() {
  const files = new Map();
  for (let i = 0; i < 1000; i++) files.set(`/project/src/${i}.c`, source(i, 25, i % 10 === 0, i % 10 === 0));
  const lines = [...files.values()].reduce((n, t) => n + t.split("\n").length, 0);
  global.gc?.();
  const before = process.memoryUsage().rss;
  const analyzer = new Analyzer(parsers);
  const cold = timed(() => analyzer.analyze(files));
  row(`workspace of 1,000 C files (${lines} lines), cold`, `${(cold.ms / 1000).toFixed(2)} s`, "goal 10 s");
  if (cold.result.diagnostics.length !== 100) throw new Error(`${cold.result.diagnostics.length} diagnostics`);
  for (const [what, name] of [
    ["with", "/project/src/500.c"],
    ["without", "/project/src/501.c"],
  ]) {
    const edited = new Map(files).set(name, `${files.get(name)}\nstatic int added(void) { return 1; }\n`);
    row(
      `after an edit in a file ${what} userfaultfd`,
      `${timed(() => analyzer.analyze(edited)).ms.toFixed(0)} ms`,
      "goal 500 ms",
    );
    analyzer.analyze(files);
  }
  row("memory taken for it", megabytes(process.memoryUsage().rss - before), "");
  analyzer.dispose();
  const plain = new Map([...files].filter((_, i) => i % 10 !== 0));
  const none = timed(() => new Analyzer(parsers).analyze(plain));
  row("the 900 files without a sign of userfaultfd, alone", `${none.ms.toFixed(0)} ms`, "");
}

keystrokes();
workspace();
row("memory of the process", megabytes(process.memoryUsage().rss), "");
