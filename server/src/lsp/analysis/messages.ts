/** What the language server's main thread and its analysis thread say to each other. */
import type { Diagnostic } from "../../analysis";

/** Main thread → worker. The next request comes after the answer to this one. */
export interface AnalysisRequest {
  /** Path of the document that is asked about. */
  readonly file: string;
  /** Texts by path, as open in the editor: the document and its neighbours. They go before what is on disk. */
  readonly open: ReadonlyMap<string, string>;
}

/** What a request comes to: findings in the file, or one sentence that says why there can be none. */
export type AnalysisAnswer =
  | { readonly type: "found"; readonly diagnostics: readonly Diagnostic[] }
  | { readonly type: "failed"; readonly message: string };

/** Worker → main thread. */
export type AnalysisReply = AnalysisAnswer | { readonly type: "warning"; readonly message: string };
