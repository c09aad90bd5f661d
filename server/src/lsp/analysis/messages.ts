/** What the language server's main thread and its analysis thread say to each other. */
import type { Diagnostic, Range } from "../../analysis";
import type { Fix } from "../../fixes";

/** Texts by path, as open in the editor. They go before what is on disk. */
export type OpenTexts = ReadonlyMap<string, string>;

/** Main thread → worker. The next request comes after the answer to this one. */
export type AnalysisRequest =
  /** Findings in one document, which is analysed with its neighbours. */
  | { readonly type: "diagnose"; readonly file: string; readonly open: OpenTexts }
  /** Fixes for the findings of a document that touch a range. */
  | { readonly type: "fixes"; readonly file: string; readonly open: OpenTexts; readonly range: Range }
  /** The document after all fixes that are safe. */
  | { readonly type: "fixAll"; readonly file: string; readonly open: OpenTexts }
  /** Findings in all files of folders, which are one program from then on. */
  | { readonly type: "check"; readonly folders: readonly string[]; readonly open: OpenTexts };

/** Findings of a whole workspace. */
export interface CheckedWorkspace {
  readonly type: "checked";
  readonly diagnostics: readonly Diagnostic[];
  /** Number of files that were looked at. */
  readonly files: number;
  /** What was left out, as sentences for the user. */
  readonly problems: readonly string[];
}

/** What a request comes to. */
export type AnalysisAnswer =
  | {
      readonly type: "found";
      readonly diagnostics: readonly Diagnostic[];
      /** Findings in every file of the workspace, when the document is part of it as a whole. */
      readonly everywhere?: readonly Diagnostic[];
    }
  | { readonly type: "fixes"; readonly text: string; readonly fixes: readonly Fix[] }
  | { readonly type: "fixed"; readonly text: string }
  | CheckedWorkspace
  /** One sentence that says why there can be no answer. */
  | { readonly type: "failed"; readonly message: string };

/** How far a check has come: files read, or starting points followed. */
export interface CheckProgress {
  readonly type: "progress";
  readonly done: number;
  /** 0 while it is not known. */
  readonly total: number;
}

/** Worker → main thread. */
export type AnalysisReply = AnalysisAnswer | CheckProgress | { readonly type: "warning"; readonly message: string };
