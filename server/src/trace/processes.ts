/** The processes of a recording: who was attached, forked, executed what, and ended. */
import { ProcessChange } from "../recording/schema";
import type { BatchView } from "./batchView";

export interface TracedProcess {
  readonly pid: number;
  readonly parent: number;
  /** Command line, or the name of the process when that is all there is. */
  readonly command: string;
  /** Attached to by the user, not found by following. */
  readonly attached: boolean;
  readonly exited: boolean;
}

export class Processes {
  private readonly byPid = new Map<number, TracedProcess>();
  private readonly changed = new Set<number>();

  /** A Process row; returns its change. */
  add(view: BatchView, row: number): number {
    const pid = view.pid[row] as number;
    this.changed.add(pid);
    const change = view.request[row] as number;
    const known = this.byPid.get(pid);
    const text = view.text(row) ?? "";
    const parent = view.peer[row] as number;
    // The kernel gives a process's name, the recorder its command line: the name must not replace it.
    const told = change === ProcessChange.Attached ? known?.command || text : text || known?.command;
    const inherited = told || this.byPid.get(parent)?.command || "";
    if (change === ProcessChange.Attached || change === ProcessChange.Forked) {
      const attached = change === ProcessChange.Attached;
      this.byPid.set(pid, { pid, parent, command: inherited, attached, exited: false });
    } else if (change === ProcessChange.Exec) {
      this.byPid.set(pid, { pid, parent: 0, attached: false, exited: false, ...known, command: inherited });
    } else if (known) {
      this.byPid.set(pid, { ...known, exited: true });
    }
    return change;
  }

  /** A process that some other row names and no Process row has: its row was lost, or it was there before. */
  meet(pid: number): void {
    if (pid > 0 && !this.byPid.has(pid)) {
      this.byPid.set(pid, { pid, parent: 0, command: "", attached: false, exited: false });
    }
  }

  /** Processes with a new Process row since the last call. */
  takeChanged(): number[] {
    const changed = [...this.changed];
    this.changed.clear();
    return changed;
  }

  all(): TracedProcess[] {
    return [...this.byPid.values()];
  }
}
