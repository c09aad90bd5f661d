/** Draws calls a second as steps over a filled area. */
import { formatCount, formatSignificant } from "#protocol/format";
import { withAlpha } from "../../colour";
import { createLineChart } from "../chartjs";
import { drawEndLabels } from "../endLabels";
import { type Drawing, drawGaps, type Plot } from "../plot";
import type { ThroughputShape } from "./shape";

export function createThroughputDrawing(canvas: HTMLCanvasElement): Drawing<ThroughputShape> {
  let now: { readonly shape: ThroughputShape; readonly plot: Plot } | undefined;
  const chart = createLineChart(canvas, "linear", (context, area) => {
    if (now === undefined) return;
    const { shape, plot } = now;
    drawGaps(context, plot, shape.gaps, { ...area, labels: false });
    if (shape.lastPerS === undefined) return;
    const name = formatSignificant(shape.lastPerS);
    drawEndLabels(context, plot, [{ name, value: "/s", suffix: "", y: area.yOf(shape.lastPerS) }], area);
  });
  return {
    draw(shape, plot) {
      now = { shape, plot };
      const { call } = plot.theme.colours;
      const marks = [0, shape.maxPerS];
      chart.draw(plot, { min: 0, max: shape.maxPerS, marks, format: formatCount }, [
        {
          data: [...shape.points],
          borderColor: call,
          borderWidth: 1.25,
          spanGaps: false,
          fill: plot.theme.highContrast ? false : "origin",
          backgroundColor: withAlpha(call, 0.3),
        },
      ]);
    },
  };
}
