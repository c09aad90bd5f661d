/** What the user chose to look at: kept by VS Code across hiding and reload. */

export interface ViewState {
  /** The op whose latency is drawn; undefined takes the busiest. */
  readonly op: string | undefined;
  /** Charts that show their table instead. */
  readonly twins: readonly string[];
}

export const INITIAL_VIEW: ViewState = { op: undefined, twins: [] };

/** Reads a state that an older version or anybody else may have written; what does not fit is left out. */
export function restoreView(stored: unknown): ViewState {
  if (typeof stored !== "object" || stored === null) return INITIAL_VIEW;
  const op = "op" in stored && typeof stored.op === "string" ? stored.op : undefined;
  const twins = "twins" in stored && Array.isArray(stored.twins) ? stored.twins : [];
  return { op, twins: twins.filter((name): name is string => typeof name === "string") };
}

/** The state with the table of `chart` switched. */
export function toggleTwin(view: ViewState, chart: string): ViewState {
  const shown = view.twins.includes(chart);
  return { ...view, twins: shown ? view.twins.filter((name) => name !== chart) : [...view.twins, chart] };
}

/** The op to draw: the chosen one while it is there, otherwise the busiest ioctl, otherwise the first series. */
export function shownOp(chosen: string | undefined, busiestFirst: readonly string[]): string | undefined {
  return chosen !== undefined && busiestFirst.includes(chosen) ? chosen : busiestFirst[0];
}
