/** Bars of fault phases as elements: labels that do not fit are left out by container queries, not cut. */
import { formatShare, formatTime } from "#protocol/format";
import { element, setChildren, setText } from "../../dom";
import type { PhaseRow, PhasesShape, Segment } from "./shape";

export interface PhaseBars {
  readonly root: HTMLElement;
  update(shape: PhasesShape): void;
}

/** One bar a row; the same elements are used again in every frame. */
export function createPhaseBars(): PhaseBars {
  const none = element("p", { class: "secondary" });
  const root = element("div", { class: "phases" });
  const rows = new Map<string, ReturnType<typeof createRow>>();
  return {
    root,
    update({ rows: wanted, sentence }) {
      setText(none, sentence);
      const shown = wanted.map((row) => {
        const known = rows.get(row.statistic) ?? createRow(row.statistic);
        rows.set(row.statistic, known);
        known.update(row);
        return known.root;
      });
      setChildren(root, shown.length === 0 ? [none] : shown);
    },
  };
}

function createRow(statistic: string) {
  const latency = element("span", { class: "phase-latency" });
  const bar = element("div", { class: "phase-bar" });
  const label = element("span", { class: "phase-name", text: `${statistic} fault` });
  const root = element("div", { class: "phase-row" }, label, latency, bar);
  const segments = new Map<string, ReturnType<typeof createSegment>>();
  return {
    root,
    update(row: PhaseRow) {
      setText(latency, row.latencyNs === undefined ? "–" : formatTime(row.latencyNs));
      const shown = row.segments.map((segment) => {
        const known = segments.get(segment.phase) ?? createSegment(segment.phase);
        segments.set(segment.phase, known);
        known.update(segment);
        return known.root;
      });
      setChildren(bar, shown);
    },
  };
}

function createSegment(phase: string) {
  const time = element("span", { class: "phase-time" });
  const share = element("span", { class: "phase-share" });
  const label = element("div", { class: "phase-label" }, element("b", { text: phase }), time, share);
  const root = element("div", { class: `phase phase-${phase}` }, label);
  return {
    root,
    update(segment: Segment) {
      root.style.flexGrow = String(segment.share);
      root.title = `${phase} ${formatTime(segment.ns)}, ${formatShare(segment.share)}`;
      setText(time, formatTime(segment.ns));
      setText(share, formatShare(segment.share));
    },
  };
}
