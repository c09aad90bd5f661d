/** What was lost, on which border, and when. */
import type { BatchView } from "./batchView";
import { tallySeries } from "./latencySeries";

export class Losses {
  total = 0;
  readonly byBorder = new Map<string, number>();
  readonly series = tallySeries();

  add(view: BatchView, row: number): void {
    const count = view.length(row);
    const border = view.text(row) ?? "unknown border";
    this.total += count;
    this.byBorder.set(border, (this.byBorder.get(border) ?? 0) + count);
    this.series.at(view.timeNs(row)).count += count;
  }
}
