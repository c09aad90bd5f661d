/** Analyses a document together with the sources of its folder, as open in the editor or else as on disk. */
import { readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Analyzer, type Diagnostic } from "../../analysis";
import { grammars } from "../../workspace/grammarFiles";
import { isSource, readSource } from "../../workspace/sourceFiles";
import type { AnalysisRequest } from "./messages";

/** Neighbours of a document that are read along with it; more than this is no folder of one program. */
const MAX_NEIGHBOURS = 400;
/** Files on disk are looked at again after this time: other programs change them too. */
const REREAD_MS = 3_000;

interface Folder {
  readonly analyzer: Analyzer;
  onDisk: ReadonlyMap<string, string>;
  readAtMs: number;
}

export class FolderAnalysis {
  /** One analyzer for each folder, so that what did not change is not analysed again. */
  readonly #folders = new Map<string, Folder>();

  /** @param warn gets a sentence for each thing that was left out */
  constructor(readonly warn: (message: string) => void) {}

  /** Findings in the file of the request. Rejects when the parsers are not to be had. */
  async diagnose({ file, open }: AnalysisRequest): Promise<readonly Diagnostic[]> {
    const folder = await this.#folder(dirname(file));
    const { diagnostics, problems } = folder.analyzer.analyze(new Map([...folder.onDisk, ...open]));
    for (const problem of problems) this.warn(`${problem.file}: ${problem.message}`);
    return diagnostics.filter((diagnostic) => diagnostic.file === file);
  }

  async #folder(path: string): Promise<Folder> {
    let known = this.#folders.get(path);
    if (!known) {
      known = { analyzer: new Analyzer(await grammars()), onDisk: new Map(), readAtMs: 0 };
      this.#folders.set(path, known);
    }
    if (Date.now() - known.readAtMs > REREAD_MS) {
      known.onDisk = await this.#read(path);
      known.readAtMs = Date.now();
    }
    return known;
  }

  /** Sources of a folder on disk. A file that cannot be read is told and left out. */
  async #read(path: string): Promise<ReadonlyMap<string, string>> {
    const out = new Map<string, string>();
    let names: string[];
    try {
      names = await readdir(path);
    } catch (error) {
      this.warn(`${path} cannot be read, so only open documents are analysed: ${String(error)}`);
      return out;
    }
    for (const name of names.filter(isSource).sort().slice(0, MAX_NEIGHBOURS)) {
      const file = join(path, name);
      try {
        const text = await readSource(file);
        if (text !== undefined) out.set(file, text);
      } catch (error) {
        this.warn(`${file} was left out of the analysis: ${String(error)}`);
      }
    }
    return out;
  }
}
