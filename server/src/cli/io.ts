/** What a command may do to the outside: two streams and where the product's files are. Tests provide their own. */
export interface Io {
  /** Results. */
  out(text: string): void;
  /** Results by the megabyte: resolves when there is room for more. */
  write(text: string): Promise<void>;
  /** Problems, progress, and everything said about a launched program. */
  err(text: string): void;
  /** stderr is a terminal: a line may be rewritten. */
  readonly interactive: boolean;
  /** Width of the terminal, 80 when there is none. */
  readonly columns: number;
  readonly cwd: string;
  /** Folder of the bundles, `dist`. */
  readonly dist: string;
}

/** Resolves to the exit status of the contract: 0 done, 1 could not (for `check`: found something), 2 usage. */
export type Command = (args: readonly string[], io: Io) => Promise<number>;
