/**
 * Which program a document is part of: its folder, or the workspace once that was checked as a whole. Answers the
 * questions of the main thread about documents.
 */
import { dirname, relative } from "node:path";
import type { Analysis, Range } from "../../analysis";
import { type FixHost, fixAll, fixesFor } from "../../fixes";
import { nearestCompileCommands } from "../../workspace/compileCommands";
import { grammars } from "../../workspace/grammarFiles";
import { readProgram } from "../../workspace/programSources";
import type { AnalysisAnswer, AnalysisRequest, CheckProgress, OpenTexts } from "./messages";
import { Program } from "./program";

type Request<T extends AnalysisRequest["type"]> = Extract<AnalysisRequest, { type: T }>;

export interface ProgramsHost {
  /** Gets a sentence for each thing that was left out. */
  warn(message: string): void;
  progress(progress: CheckProgress): void;
}

export class Programs {
  readonly #folders = new Map<string, Program>();
  #whole: Program | undefined;
  /** The last answer about fixes: a cursor that moves within a line asks for the same again and again. */
  #lastFixes: { readonly request: Request<"fixes">; readonly answer: AnalysisAnswer } | undefined;

  constructor(readonly host: ProgramsHost) {}

  /** Rejects when the parsers are not to be had. */
  async answer(request: AnalysisRequest): Promise<AnalysisAnswer> {
    switch (request.type) {
      case "diagnose":
        return this.#diagnose(request);
      case "fixes":
        return this.#fixes(request);
      case "fixAll":
        return this.#fixAll(request);
      case "check":
        return this.#check(request);
    }
  }

  async #diagnose({ file, open }: Request<"diagnose">): Promise<AnalysisAnswer> {
    const program = await this.#programOf(file);
    const { diagnostics } = this.#analyze(program, open);
    const everywhere = program === this.#whole ? { everywhere: diagnostics } : {};
    return { type: "found", diagnostics: diagnostics.filter((d) => d.file === file), ...everywhere };
  }

  async #fixes(request: Request<"fixes">): Promise<AnalysisAnswer> {
    const { file, open, range } = request;
    const last = this.#lastFixes;
    if (
      last &&
      last.request.file === file &&
      sameLines(last.request.range, range) &&
      sameTexts(last.request.open, open)
    )
      return last.answer;
    const program = await this.#programOf(file);
    const text = program.text(file, open) ?? "";
    const before = this.#analyze(program, open);
    const findings = before.diagnostics.filter((d) => d.file === file && touches(d.range, range));
    const fixes = fixesFor(file, text, findings, before, await fixHost(program, open));
    const answer: AnalysisAnswer = { type: "fixes", text, fixes };
    this.#lastFixes = { request, answer };
    return answer;
  }

  async #fixAll({ file, open }: Request<"fixAll">): Promise<AnalysisAnswer> {
    const program = await this.#programOf(file);
    return { type: "fixed", text: fixAll(file, program.text(file, open) ?? "", await fixHost(program, open)) };
  }

  async #check({ folders, open }: Request<"check">): Promise<AnalysisAnswer> {
    const progress = (done: number, total: number): void => this.host.progress({ type: "progress", done, total });
    const { texts, compiled, problems } = await readProgram(folders, {
      name: (file) => relative(folders[0] ?? "/", file) || file,
      onRead: (files) => progress(files, 0),
    });
    this.#whole?.dispose();
    const whole = new Program(await grammars(), compiled, this.host.warn, texts);
    this.#whole = whole;
    const analysis = whole.analyze(open, progress);
    return {
      type: "checked",
      diagnostics: analysis.diagnostics,
      files: texts.size,
      problems: [...problems.map((p) => p.message), ...analysis.problems.map((p) => `${p.file}: ${p.message}`)],
    };
  }

  #analyze(program: Program, open: OpenTexts): Analysis {
    const analysis = program.analyze(open);
    for (const problem of analysis.problems) this.host.warn(`${problem.file}: ${problem.message}`);
    return analysis;
  }

  async #programOf(file: string): Promise<Program> {
    const program = this.#whole?.has(file) ? this.#whole : await this.#folderOf(dirname(file));
    await program.refresh(file);
    return program;
  }

  async #folderOf(folder: string): Promise<Program> {
    const known = this.#folders.get(folder);
    if (known) return known;
    const { inputs, problems } = await nearestCompileCommands(folder);
    for (const problem of problems) this.host.warn(problem);
    const made = new Program(await grammars(), inputs, this.host.warn);
    this.#folders.set(folder, made);
    return made;
  }
}

async function fixHost(program: Program, open: OpenTexts): Promise<FixHost> {
  return {
    grammars: await grammars(),
    reanalyse: (file, text) => program.analyze(new Map([...open, [file, text]])),
  };
}

function sameTexts(a: OpenTexts, b: OpenTexts): boolean {
  return a.size === b.size && [...a].every(([file, text]) => b.get(file) === text);
}

function sameLines(a: Range, b: Range): boolean {
  return a.start.line === b.start.line && a.end.line === b.end.line;
}

function touches(a: Range, b: Range): boolean {
  return a.start.line <= b.end.line && b.start.line <= a.end.line;
}
