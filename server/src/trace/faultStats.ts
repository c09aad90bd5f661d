/** Faults by kind, access, outcome, phase and time. */
import { type FaultReport, PHASES, type Phase } from "#protocol/report";
import type { FaultKind } from "../uffd/messages";
import { Histogram } from "./histogram";
import { type LatencyBucket, latencySeries } from "./latencySeries";
import type { TimeLevels } from "./timeLevels";

/** How a fault ended. `released`: unregistered, not resolved. `unknown`: nothing recorded says. */
export type Outcome = "resolved" | "released" | "outstanding" | "unknown";

/** What was accessed how. */
export interface What {
  readonly kind: FaultKind;
  readonly write: boolean;
}

export class FaultStats {
  total = 0;
  released = 0;
  /** Faults known from their message alone: the access came through the kernel, so there was no trap. */
  withoutTrap = 0;
  /** Faults that waited already when recording began: when they were raised is not known. */
  before = 0;
  readonly latency = new Histogram();
  readonly series: TimeLevels<LatencyBucket> = latencySeries();
  private readonly kinds: Record<FaultKind, number> = { missing: 0, wp: 0, minor: 0 };
  private writes = 0;
  private resolved = 0;
  private outstanding = 0;
  private unlinked = 0;
  private readonly phases: Record<Phase, Histogram> = {
    notify: new Histogram(),
    service: new Histogram(),
    resolve: new Histogram(),
    resume: new Histogram(),
  };

  constructor(private readonly onEnd: (endNs: number) => void) {}

  /** A fault. `unlinked`: a message or the resolve could not be found. */
  add({ kind, write }: What, outcome: Outcome, unlinked: boolean): void {
    this.total++;
    this.kinds[kind]++;
    if (write) this.writes++;
    if (outcome === "resolved") this.resolved++;
    if (outcome === "released") this.released++;
    if (outcome === "outstanding") this.outstanding++;
    if (unlinked) this.unlinked++;
  }

  /** When it was raised and how long it took; not for a fault without a trap, nor while it waits. */
  addLife(raisedNs: number, latencyNs: number): void {
    this.latency.record(latencyNs);
    this.series.at(raisedNs).latency.record(latencyNs);
    this.onEnd(raisedNs + latencyNs);
  }

  addPhases(phasesNs: Readonly<Record<Phase, number>>): void {
    for (const phase of PHASES) this.phases[phase].record(phasesNs[phase]);
  }

  /** The figures, with `waiting` faults that are still under way counted in. */
  report(waiting: readonly What[] = []): FaultReport {
    const kinds = { ...this.kinds };
    for (const fault of waiting) kinds[fault.kind]++;
    const total = this.total + waiting.length;
    const writes = this.writes + waiting.filter((fault) => fault.write).length;
    const phase = (name: Phase) => this.phases[name].summary();
    return {
      total,
      ...kinds,
      read: total - writes,
      write: writes,
      resolved: this.resolved,
      outstanding: this.outstanding + waiting.length,
      unlinked: this.unlinked,
      latencyNs: this.latency.summary(),
      phasesNs: {
        notify: phase("notify"),
        service: phase("service"),
        resolve: phase("resolve"),
        resume: phase("resume"),
      },
    };
  }
}
