/** Draws percentile lines: p50 thick, p99 thin, max dotted, told apart without colour. */

import type { ChartDataset } from "chart.js";
import { formatTime } from "#protocol/format";
import { withAlpha } from "../../colour";
import type { Theme } from "../../theme";
import { applyPlot, createLineChart } from "../chartjs";
import { drawEndLabels } from "../endLabels";
import { type Drawing, drawGaps, type Plot } from "../plot";
import type { LatencyShape, Line } from "./shape";

type Dataset = ChartDataset<"line", { x: number; y: number }[]>;

const STYLES: Readonly<Record<Line["name"], Partial<Dataset>>> = {
  p50: { borderWidth: 2.25, order: 1 },
  p99: { borderWidth: 1.25, order: 2 },
  max: { borderWidth: 1.25, borderDash: [1, 2.5], order: 3 },
};

export function createLatencyDrawing(canvas: HTMLCanvasElement): Drawing<LatencyShape> {
  let now: { readonly shape: LatencyShape; readonly plot: Plot } | undefined;
  const chart = createLineChart(canvas, {
    id: "gaps and end labels",
    afterDatasetsDraw({ ctx, chartArea, scales }) {
      if (now === undefined) return;
      const { shape, plot } = now;
      drawGaps(ctx, plot, shape.gaps, { top: chartArea.top, bottom: chartArea.bottom, labels: true });
      const labels = shape.lines.flatMap(({ name, lastNs }) => {
        const y = lastNs === undefined ? undefined : scales.y?.getPixelForValue(lastNs);
        if (lastNs === undefined || y === undefined) return [];
        return [{ name, value: formatTime(lastNs), suffix: shape.endWord, y }];
      });
      drawEndLabels(ctx, plot, labels, chartArea);
    },
  });
  return {
    draw(shape, plot) {
      now = { shape, plot };
      const { min, max, marks } = shape.scale;
      applyPlot(chart, plot, { type: "logarithmic", min, max, marks, format: formatTime });
      chart.data.datasets = shape.lines.map((line) => dataset(line, plot.theme));
      chart.update("none");
    },
  };
}

function dataset(line: Line, theme: Theme): Dataset {
  const colour = line.name === "max" ? theme.colours.secondary : theme.colours.line;
  const band = line.name === "p99" && !theme.highContrast;
  return {
    data: [...line.points],
    borderColor: colour,
    pointRadius: [...line.radii],
    pointBackgroundColor: colour,
    pointBorderWidth: 0,
    borderJoinStyle: "round",
    spanGaps: false,
    fill: band ? "-1" : false,
    backgroundColor: withAlpha(theme.colours.call, 0.22),
    ...STYLES[line.name],
  };
}
