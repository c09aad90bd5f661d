/** The texts of a folder or of a workspace on disk, and the analyzer that knows them. */
import { readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type Analysis, Analyzer, type CompileInputs, type Grammars } from "../../analysis";
import { isSource, readSource } from "../../workspace/sourceFiles";
import type { OpenTexts } from "./messages";

/** Neighbours of a document that are read along with it; more than this is no folder of one program. */
const MAX_NEIGHBOURS = 400;
/** Files on disk are looked at again after this time: other programs change them too. */
const REREAD_MS = 3_000;

export class Program {
  readonly #analyzer: Analyzer;
  readonly #onDisk: Map<string, string>;
  readonly #readAtMs = new Map<string, number>();

  /** @param warn gets a sentence for each thing that was left out */
  constructor(
    grammars: Grammars,
    readonly compiled: ReadonlyMap<string, CompileInputs>,
    readonly warn: (message: string) => void,
    texts: ReadonlyMap<string, string> = new Map(),
  ) {
    this.#analyzer = new Analyzer(grammars, { compiled: (file) => compiled.get(file) });
    this.#onDisk = new Map(texts);
  }

  /** True for a file whose text was read. */
  has(file: string): boolean {
    return this.#onDisk.has(file);
  }

  /** Text of a file, as open or else as on disk. */
  text(file: string, open: OpenTexts): string | undefined {
    return open.get(file) ?? this.#onDisk.get(file);
  }

  analyze(open: OpenTexts, onProgress?: (done: number, total: number) => void): Analysis {
    return this.#analyzer.analyze(new Map([...this.#onDisk, ...open]), onProgress);
  }

  dispose(): void {
    this.#analyzer.dispose();
  }

  /** Reads the sources beside a file again, unless that was done a moment ago. What cannot be read is told. */
  async refresh(file: string): Promise<void> {
    const folder = dirname(file);
    const now = Date.now();
    if (now - (this.#readAtMs.get(folder) ?? 0) <= REREAD_MS) return;
    this.#readAtMs.set(folder, now);
    const there = await this.#read(folder);
    for (const known of this.#onDisk.keys())
      if (dirname(known) === folder && !there.has(known)) this.#onDisk.delete(known);
    for (const [path, text] of there) this.#onDisk.set(path, text);
  }

  async #read(folder: string): Promise<ReadonlyMap<string, string>> {
    const out = new Map<string, string>();
    let names: string[];
    try {
      names = await readdir(folder);
    } catch (error) {
      this.warn(`${folder} cannot be read, so only open documents are analysed: ${String(error)}`);
      return out;
    }
    for (const name of names.filter(isSource).sort().slice(0, MAX_NEIGHBOURS)) {
      const file = join(folder, name);
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
