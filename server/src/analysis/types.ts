import type { Severity } from "../uffd/codes";

/** Positions count from 0, columns in UTF-16 units, as editors have them. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

export interface Range {
  readonly start: Position;
  readonly end: Position;
}

export interface Related {
  readonly file: string;
  readonly range: Range;
  readonly message: string;
}

/** One finding, ready for an editor, a terminal or a report. */
export interface Diagnostic {
  readonly file: string;
  readonly range: Range;
  readonly severity: Severity;
  readonly code: string;
  readonly message: string;
  readonly related: readonly Related[];
  /** Documentation page of the code. */
  readonly href: string;
  /** Where the ioctl is made, when the finding stands at a caller of the function that makes it. */
  readonly call?: { readonly file: string; readonly range: Range };
}

/** A finding that a comment in the source takes back. */
export interface Suppressed {
  readonly diagnostic: Diagnostic;
  /** Why, in the words of the comment; undefined when it gives no reason. */
  readonly reason: string | undefined;
}

/** How a file is compiled, as far as it changes what its text means. */
export interface CompileInputs {
  /** `-D` as `NAME` or `NAME=VALUE`, in order. */
  readonly defines: readonly string[];
  /** Absolute folders that are searched for headers, in order. */
  readonly includeFolders: readonly string[];
}

/** Something the analysis could not do, to be told to the user. */
export interface Problem {
  readonly file: string;
  readonly message: string;
}

export interface Analysis {
  readonly diagnostics: readonly Diagnostic[];
  /** Findings that comments in the sources take back. */
  readonly suppressed: readonly Suppressed[];
  readonly problems: readonly Problem[];
  /** Paths of the programs that were too long to be followed to their end: what they do there is not known. */
  readonly unfinished: number;
}
