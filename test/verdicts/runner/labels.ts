import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** One call site: the ioctl statement, or the statement calling the wrapper around it when callers fare differently. */
export interface Site {
  /** First and last line of the statement, from 1. */
  readonly lines: readonly [number, number];
  /** Name of the file in a program of several files. */
  readonly file?: string;
  /** Name after `UFFDIO_`. */
  readonly op: string;
  /** How often each answer was given in one run: `ok` or the errno. */
  readonly outcomes: Readonly<Record<string, number>>;
  /** `clean`, or the errno class that should be told. */
  readonly verdict: string;
  /** Other classes that tell as much. */
  readonly also?: readonly string[];
  readonly why: string;
  /** The program copes with this errno itself: a report is neither right nor wrong. */
  readonly handled?: boolean;
  /** Code that should be told of this site besides its errno: what the program leaves undone here. */
  readonly tells?: string;
  /** Lines of the ioctl behind a wrapper's caller. */
  readonly leaf?: readonly string[];
}

export interface Label {
  readonly sites: readonly Site[];
  /** Threads that the kernel still keeps waiting when the program ends. */
  readonly blocked?: number;
  /** Switch KSM on while the program runs. */
  readonly ksm?: boolean;
}

export interface Program {
  /** `c/NAME` or `ts/NAME`. */
  readonly name: string;
  readonly language: "c" | "ts";
  /** Paths of the sources, headers too. */
  readonly files: readonly string[];
  readonly labelFile: string;
}

export const PROGRAMS = fileURLToPath(new URL("../fixtures", import.meta.url));

const SOURCE = { c: /\.(?:c|cc)$/, ts: /\.ts$/ } as const;

/** Every program of the folder, those with the given names (`c/NAME`) only if any are given. */
export function programs(root = PROGRAMS, only: readonly string[] = []): Program[] {
  const out: Program[] = [];
  for (const language of ["c", "ts"] as const) {
    const folder = join(root, language);
    for (const entry of existsSync(folder) ? readdirSync(folder).sort() : []) {
      const path = join(folder, entry);
      const inside = statSync(path).isDirectory();
      if (!inside && !SOURCE[language].test(entry)) continue;
      const stem = inside ? entry : entry.replace(SOURCE[language], "");
      const files = inside ? readdirSync(path).map((f) => join(path, f)) : [path];
      out.push({ name: `${language}/${stem}`, language, files, labelFile: join(folder, `${stem}.json`) });
    }
  }
  return only.length === 0 ? out : out.filter((p) => only.includes(p.name));
}

/** The label of a program. Throws when there is none or it is no JSON. */
export function readLabel(program: Program): Label {
  return JSON.parse(readFileSync(program.labelFile, "utf8")) as Label;
}

export function writeLabel(program: Program, label: Label): void {
  const sites = label.sites.map((s) => `    ${JSON.stringify(s)}`).join(",\n");
  const ksm = label.ksm ? '  "ksm": true,\n' : "";
  const blocked = label.blocked ? `  "blocked": ${label.blocked},\n` : "";
  writeFileSync(program.labelFile, `{\n${ksm}${blocked}  "sites": [\n${sites}\n  ]\n}\n`);
}

/** Whether `file:line` lies in the statement of the site. */
export function covers(site: Site, at: string): boolean {
  const colon = at.lastIndexOf(":");
  const line = Number(at.slice(colon + 1));
  if (site.file !== undefined && site.file !== at.slice(0, colon)) return false;
  return site.lines[0] <= line && line <= site.lines[1];
}
