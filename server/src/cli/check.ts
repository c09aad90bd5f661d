/** `faultscope check`: the diagnostics of files and folders, for people and for CI. */
import { relative, resolve } from "node:path";
import { analyze } from "../analysis";
import { VERSION } from "../session/version";
import { pageAddress } from "../workspace/documentation";
import { grammars } from "../workspace/grammarFiles";
import { readProgram } from "../workspace/programSources";
import { jsonText } from "./checkJson";
import { prettyText } from "./checkPretty";
import { sarifText } from "./checkSarif";

export interface CheckIo {
  stdout(text: string): void;
  stderr(text: string): void;
  readonly cwd: string;
  /** Whether pretty output may be coloured. */
  readonly color: boolean;
}

const FORMATS = ["pretty", "json", "sarif"] as const;
type Format = (typeof FORMATS)[number];

const USAGE = "Usage: faultscope check [--format pretty|json|sarif] PATH…\n";

/**
 * Runs the command. Resolves to its exit status: 0 when nothing is at warning or above, 1 when something is, 2 for bad
 * usage or a path that cannot be read.
 */
export async function check(args: readonly string[], io: CheckIo): Promise<number> {
  const wanted = readArguments(args);
  if ("error" in wanted) {
    io.stderr(`faultscope check: ${wanted.error}\n${USAGE}`);
    return 2;
  }
  const shown = (file: string): string => name(io, file);
  const paths = wanted.paths.map((path) => resolve(io.cwd, path));
  const { texts, compiled, problems } = await readProgram(paths, { name: shown });
  for (const { message } of problems) io.stderr(`faultscope check: ${message}\n`);
  const unreadable = problems.some((p) => p.fatal);
  if (unreadable && texts.size === 0) return 2;
  const analysis = analyze(texts, await grammars(), { compiled: (file) => compiled.get(file) });
  const { diagnostics, suppressed, unfinished } = analysis;
  for (const p of analysis.problems) io.stderr(`faultscope check: ${name(io, p.file)}: ${p.message}\n`);
  const text = (file: string): string | undefined => texts.get(file);
  const output = {
    pretty: () =>
      prettyText(diagnostics, {
        text,
        name: shown,
        color: io.color,
        checked: texts.size,
        unfinished,
        suppressed: suppressed.length,
      }),
    json: () => jsonText(diagnostics, shown),
    sarif: () => sarifText(analysis, { text, name: shown, version: VERSION, page: pageAddress }),
  }[wanted.format]();
  io.stdout(output);
  if (unreadable) return 2;
  return diagnostics.some((d) => d.severity === "error" || d.severity === "warning") ? 1 : 0;
}

/** Path as the user would write it. */
function name(io: CheckIo, file: string): string {
  const short = relative(io.cwd, file);
  return short === "" || short.startsWith("..") ? file : short;
}

function readArguments(args: readonly string[]): { format: Format; paths: string[] } | { error: string } {
  let format: Format = "pretty";
  const paths: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? "";
    const value = arg === "--format" ? args[++i] : arg.startsWith("--format=") ? arg.slice(9) : undefined;
    if (arg === "--format" || arg.startsWith("--format=")) {
      const known = FORMATS.find((f) => f === value);
      if (!known)
        return { error: `--format takes pretty, json or sarif${value === undefined ? "" : `, not '${value}'`}.` };
      format = known;
    } else if (arg === "--") {
      paths.push(...args.slice(i + 1));
      break;
    } else if (arg.startsWith("-") && arg !== "-") {
      return { error: `there is no option '${arg}'.` };
    } else {
      paths.push(arg);
    }
  }
  return paths.length === 0 ? { error: "name at least one file or folder." } : { format, paths };
}
