import { type AnalysisOptions, Analyzer } from "./analyzer";
import type { Grammars } from "./frontends/grammar";
import type { Analysis } from "./types";

export { type AnalysisOptions, Analyzer } from "./analyzer";
export { GRAMMAR_FILES, type GrammarBytes, type Grammars, loadGrammars } from "./frontends/grammar";
export { glanceAt } from "./sourceIndex";
export type { Analysis, CompileInputs, Diagnostic, Position, Problem, Range, Related, Suppressed } from "./types";

/**
 * Findings of a workspace, given as every file's text by its path. A pure function of the texts: nothing is read, the
 * same texts give the same answer, and input that makes no sense gives problems, never an exception.
 */
export function analyze(
  files: ReadonlyMap<string, string>,
  grammars: Grammars,
  options: AnalysisOptions = {},
): Analysis {
  const analyzer = new Analyzer(grammars, options);
  const result = analyzer.analyze(files);
  analyzer.dispose();
  return result;
}
