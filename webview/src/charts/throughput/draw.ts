/** Draws calls a second as steps over a filled area. */
import { formatCount, formatSignificant } from "#protocol/format";
import { withAlpha } from "../../colour";
import { applyPlot, createLineChart } from "../chartjs";
import { drawEndLabels } from "../endLabels";
import { type Drawing, drawGaps, type Plot } from "../plot";
import type { ThroughputShape } from "./shape";

export function createThroughputDrawing(canvas: HTMLCanvasElement): Drawing<ThroughputShape> {
  let now: { readonly shape: ThroughputShape; readonly plot: Plot } | undefined;
  const chart = createLineChart(canvas, {
    id: "gaps and end label",
    afterDatasetsDraw({ ctx, chartArea, scales }) {
      if (now === undefined) return;
      const { shape, plot } = now;
      drawGaps(ctx, plot, shape.gaps, { top: chartArea.top, bottom: chartArea.bottom, labels: false });
      const y = shape.lastPerS === undefined ? undefined : scales.y?.getPixelForValue(shape.lastPerS);
      if (shape.lastPerS === undefined || y === undefined) return;
      drawEndLabels(ctx, plot, [{ name: formatSignificant(shape.lastPerS), value: "/s", suffix: "", y }], chartArea);
    },
  });
  return {
    draw(shape, plot) {
      now = { shape, plot };
      const { call } = plot.theme.colours;
      const marks = [0, shape.maxPerS];
      applyPlot(chart, plot, { type: "linear", min: 0, max: shape.maxPerS, marks, format: formatCount });
      chart.data.datasets = [
        {
          data: [...shape.points],
          borderColor: call,
          borderWidth: 1.25,
          pointRadius: 0,
          spanGaps: false,
          fill: plot.theme.highContrast ? false : "origin",
          backgroundColor: withAlpha(call, 0.3),
        },
      ];
      chart.update("none");
    },
  };
}
