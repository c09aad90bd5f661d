/** Calls that stopped in the middle: the errno is hidden until the thread calls again for the rest. */

import type { Event } from "./event";
import { explain, explainStop, type LastMessage, PARTIAL, WENT_ON } from "./explain";
import { certain, type Failure, suspect, type Verdict } from "./failure";

interface Stopped {
  readonly failure: Failure;
  /** What the state of the page said when the call stopped. */
  readonly guess: Verdict;
}

const MAX_THREADS = 4096;

export class Partials {
  private readonly byThread = new Map<number, Stopped>();

  constructor(
    private readonly lastMessage: LastMessage,
    private readonly tell: (failure: Failure, verdict: Verdict) => void,
  ) {}

  /** A call that stopped; `failure.page` is the first page that was not done. */
  add(failure: Failure): void {
    const oldest = this.byThread.size >= MAX_THREADS ? this.byThread.values().next().value : undefined;
    if (oldest) this.giveUp(oldest);
    const before = this.byThread.get(failure.event.tid);
    if (before) this.giveUp(before);
    this.byThread.set(failure.event.tid, { failure, guess: explainStop(failure, this.lastMessage) });
  }

  /** The thread's next call, whatever it is: the same op at the stop shows what was hidden. */
  meet(event: Event, doneBytes: number): void {
    if (this.byThread.size === 0) return;
    const stopped = this.byThread.get(event.tid);
    if (!stopped || event.request !== stopped.failure.event.request) return;
    const { failure } = stopped;
    this.byThread.delete(event.tid);
    if (Math.floor(event.address / failure.world.pageBytes) !== failure.page) {
      this.tell(failure, orPartial(stopped.guess));
    } else if (doneBytes > 0) {
      this.tell(failure, certain(WENT_ON));
    } else {
      const verdict = explain({ ...failure, errno: event.errno }, this.lastMessage);
      this.tell({ ...failure, errno: event.errno }, orPartial(verdict));
    }
  }

  finish(): void {
    for (const stopped of [...this.byThread.values()]) this.giveUp(stopped);
  }

  private giveUp(stopped: Stopped): void {
    this.byThread.delete(stopped.failure.event.tid);
    this.tell(stopped.failure, orPartial(stopped.guess));
  }
}

function orPartial(verdict: Verdict): Verdict {
  return verdict.suspects.length > 0 ? verdict : { suspects: [suspect(PARTIAL, "certain")], open: verdict.open };
}
