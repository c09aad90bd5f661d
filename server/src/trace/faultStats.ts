/** Faults by kind, access, outcome, phase and time. */
import { type FaultReport, PHASES, type Phase } from "#protocol/report";
import type { FaultKind } from "../uffd/messages";
import { Histogram } from "./histogram";
import { type LatencyBucket, latencySeries } from "./latencySeries";
import type { TimeLevels } from "./timeLevels";

/** How a fault ended. `released`: unregistered, not resolved. `unknown`: nothing recorded says. */
export type Outcome = "resolved" | "released" | "outstanding" | "unknown";

export interface LinkedFault {
  readonly kind: FaultKind;
  readonly write: boolean;
  readonly outcome: Outcome;
  /** Absent for a fault without a trap (through the kernel), and while it waits. */
  readonly life?: { readonly raisedNs: number; readonly latencyNs: number };
  /** Absent when a message or the resolve is missing. */
  readonly phasesNs?: Readonly<Record<Phase, number>>;
  /** A message or the resolve could not be found. */
  readonly unlinked: boolean;
}

export class FaultStats {
  total = 0;
  released = 0;
  /** Faults known from their message alone: the access came through the kernel, so there was no trap. */
  withoutTrap = 0;
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

  add(fault: LinkedFault): void {
    this.total++;
    this.kinds[fault.kind]++;
    if (fault.write) this.writes++;
    if (fault.outcome === "resolved") this.resolved++;
    if (fault.outcome === "released") this.released++;
    if (fault.outcome === "outstanding") this.outstanding++;
    if (fault.unlinked) this.unlinked++;
    if (fault.life) {
      this.latency.record(fault.life.latencyNs);
      this.series.at(fault.life.raisedNs).latency.record(fault.life.latencyNs);
      this.onEnd(fault.life.raisedNs + fault.life.latencyNs);
    }
    if (fault.phasesNs) for (const phase of PHASES) this.phases[phase].record(fault.phasesNs[phase]);
  }

  /** The figures, with `waiting` faults that are still under way counted in. */
  report(waiting: readonly LinkedFault[] = []): FaultReport {
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
