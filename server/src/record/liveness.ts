/** Which traced processes still run; a pid that now belongs to another process counts as ended. */
import { startOf } from "./procfs";

export class Liveness {
  private readonly starts = new Map<number, string | undefined>();

  /** Notes a process as met now. Meeting it again changes nothing. */
  meet(pid: number): void {
    if (!this.starts.has(pid)) this.starts.set(pid, startOf(pid));
  }

  /** True while any process that was met is the same one and runs. */
  anyAlive(): boolean {
    for (const [pid, start] of this.starts) {
      if (start !== undefined && startOf(pid) === start) return true;
      this.starts.set(pid, undefined);
    }
    return false;
  }
}
