/** Where the doctor looks; a test gives it another machine. */
import { existsSync, readFileSync } from "node:fs";
import { arch, release } from "node:os";
import { present, readText } from "./procfs";

export interface Facts {
  readonly kernel: string;
  readonly arch: string;
  readonly uid: number;
  /** The kernel's type information, undefined when it is not readable. */
  readonly btf: Buffer | undefined;
  exists(path: string): boolean;
  /** Contents of a small file, undefined when it is not readable. */
  text(path: string): string | undefined;
}

function readBtf(): Buffer | undefined {
  try {
    return readFileSync("/sys/kernel/btf/vmlinux");
  } catch {
    return undefined;
  }
}

/** The machine we run on. */
export function machineFacts(): Facts {
  return {
    kernel: release(),
    arch: arch(),
    uid: process.geteuid?.() ?? -1,
    btf: readBtf(),
    exists: existsSync,
    text: (path) => present(readText(path)),
  };
}
