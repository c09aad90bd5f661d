/** The only place that touches what VS Code keeps for a workspace. Values are checked on the way out: they may be old. */

/** What `vscode.Memento` offers. */
export interface Store {
  get(key: string): unknown;
  update(key: string, value: unknown): PromiseLike<void>;
}

export interface RememberedTarget {
  readonly pid: number;
  readonly command: string;
  /** Tells this process from a later one with the same pid; undefined when it could not be read. */
  readonly identity: string | undefined;
}

/** A recording that was running when this was written. */
export interface RunningRecording {
  readonly file: string;
  readonly targets: readonly RememberedTarget[];
  /** Process that was writing the file. */
  readonly serverPid: number | undefined;
}

export class Memory {
  constructor(readonly store: Store) {}

  /** Set while a recording runs: found after a reload, it says that one was cut short. */
  get running(): RunningRecording | undefined {
    return readRunning(this.store.get("running"));
  }

  setRunning(recording: RunningRecording | undefined): PromiseLike<void> {
    return this.store.update("running", recording);
  }

  /** Targets of the last recording, for *Continue Recording*. */
  get lastTargets(): readonly RememberedTarget[] {
    return readTargets(this.store.get("lastTargets")) ?? [];
  }

  setLastTargets(targets: readonly RememberedTarget[]): PromiseLike<void> {
    return this.store.update("lastTargets", targets);
  }

  /** Command line that was attached to last. */
  get lastAttached(): string | undefined {
    return readText(this.store.get("lastAttached"));
  }

  setLastAttached(command: string): PromiseLike<void> {
    return this.store.update("lastAttached", command);
  }

  /** Command line that was launched last. */
  get lastLaunched(): string | undefined {
    return readText(this.store.get("lastLaunched"));
  }

  setLastLaunched(line: string): PromiseLike<void> {
    return this.store.update("lastLaunched", line);
  }
}

function readText(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function readRunning(value: unknown): RunningRecording | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { file, targets, serverPid } = value as Record<string, unknown>;
  const list = readTargets(targets);
  if (typeof file !== "string" || list === undefined) return undefined;
  return { file, targets: list, serverPid: typeof serverPid === "number" ? serverPid : undefined };
}

function readTargets(value: unknown): readonly RememberedTarget[] | undefined {
  if (!Array.isArray(value)) return undefined;
  return value.flatMap((item: unknown) => {
    if (typeof item !== "object" || item === null) return [];
    const { pid, command, identity } = item as Record<string, unknown>;
    if (typeof pid !== "number" || typeof command !== "string") return [];
    return [{ pid, command, identity: readText(identity) }];
  });
}
