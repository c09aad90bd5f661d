import { grammars } from "../../workspace/grammarFiles";
import { analyze } from "..";

/** Findings of sources as `line code`, lines from 1; hints are marked with a question mark. */
export async function findingsIn(sources: Readonly<Record<string, string>>): Promise<string[]> {
  const files = new Map(Object.entries(sources).map(([name, text]) => [`/workspace/${name}`, text]));
  const { diagnostics, problems } = analyze(files, await grammars());
  if (problems.length > 0) throw new Error(problems.map((p) => p.message).join("\n"));
  const several = files.size > 1;
  return diagnostics.map(
    (d) =>
      `${several ? `${d.file.replace("/workspace/", "")}:` : ""}${d.range.start.line + 1} ${d.code}${d.severity === "hint" ? "?" : ""}`,
  );
}

/** What the `//! code` comments of a source announce, in the form of `findingsIn`. */
export function announced(source: string): string[] {
  return source.split("\n").flatMap((line, i) => {
    const codes = /\/\/!\s*(.*)$/.exec(line)?.[1]?.trim().split(/\s+/) ?? [];
    return codes.map((code) => `${i + 1} ${code}`);
  });
}

/** What every C program here starts with: a descriptor, memory, and calls that do one thing. */
export const PRELUDE = `
#include <linux/userfaultfd.h>
#include <sys/mman.h>
#define PG 4096UL
static int fd;
static char *map(unsigned long n) { return mmap(0, n * PG, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); }
static void watch(char *p, unsigned long n) {
  struct uffdio_register r = { .range = { (unsigned long)p, n * PG }, .mode = UFFDIO_REGISTER_MODE_MISSING };
  if (ioctl(fd, UFFDIO_REGISTER, &r)) abort();
}
static void start(void) {
  struct uffdio_api api = { .api = UFFD_API };
  fd = syscall(SYS_userfaultfd, O_CLOEXEC);
  if (fd < 0 || ioctl(fd, UFFDIO_API, &api)) abort();
}
static void child(void) { int pid = fork(); if (pid == 0) _exit(0); waitpid(pid, 0, 0); }
`;
