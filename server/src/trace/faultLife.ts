/** The arithmetic of one fault's life: its moments put in order, and the phases between them, which add up to the latency. */
import type { Phase } from "#protocol/report";

/** Absolute recording times, ns. */
export interface Moments {
  readonly raisedNs: number;
  /** Undefined when the page came before anyone had read the message. */
  readonly deliveredNs: number | undefined;
  readonly resolveBeginNs: number;
  readonly wokenNs: number;
  readonly runningNs: number;
}

/**
 * Phases of a life, ns, all ≥ 0; their sum is `runningNs - raisedNs` exactly. Moments are seen by different CPUs and a
 * resolve may begin before the fault does (a batch under way) or before the message is read (another thread was faster),
 * so each is moved to where it began to matter: a phase that did not happen has length 0.
 */
export function phasesOf(moments: Moments): Record<Phase, number> {
  const end = Math.max(moments.raisedNs, moments.runningNs);
  const between = (value: number, low: number): number => Math.min(end, Math.max(low, value));
  const wokenNs = between(moments.wokenNs, moments.raisedNs);
  const beginNs = Math.min(wokenNs, between(moments.resolveBeginNs, moments.raisedNs));
  const deliveredNs = Math.min(wokenNs, between(moments.deliveredNs ?? beginNs, moments.raisedNs));
  const serviceEndNs = Math.max(deliveredNs, beginNs);
  return {
    notify: deliveredNs - moments.raisedNs,
    service: serviceEndNs - deliveredNs,
    resolve: wokenNs - serviceEndNs,
    resume: end - wokenNs,
  };
}
