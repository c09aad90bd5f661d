/** Draws percentile lines: p50 thick, p99 thin, max dotted, told apart without colour. */
import { formatTime } from "#protocol/format";
import { withAlpha } from "../../colour";
import { markLabel } from "../../text";
import type { Theme } from "../../theme";
import { type Area, createLineChart, type Dataset } from "../chartjs";
import { drawEndLabels } from "../endLabels";
import { xOfTime } from "../geometry";
import { type Drawing, drawGaps, type Plot } from "../plot";
import type { LatencyShape, Line } from "./shape";

const STYLES: Readonly<Record<Line["name"], Partial<Dataset>>> = {
  p50: { borderWidth: 2.25, order: 1 },
  p99: { borderWidth: 1.25, order: 2 },
  max: { borderWidth: 1.25, borderDash: [1, 2.5], order: 3 },
};

export function createLatencyDrawing(canvas: HTMLCanvasElement): Drawing<LatencyShape> {
  let now: { readonly shape: LatencyShape; readonly plot: Plot } | undefined;
  const chart = createLineChart(canvas, "logarithmic", (context, area) => {
    if (now === undefined) return;
    const { shape, plot } = now;
    drawLonePoints(context, area, shape, plot);
    drawGaps(context, plot, shape.gaps, { ...area, labels: true });
    const labels = shape.lines.flatMap(({ name, lastNs }) =>
      lastNs === undefined ? [] : [{ name, value: formatTime(lastNs), suffix: shape.endWord, y: area.yOf(lastNs) }],
    );
    drawEndLabels(context, plot, labels, area);
  });
  return {
    draw(shape, plot) {
      now = { shape, plot };
      const value = { ...shape.scale, format: (ns: number) => markLabel(formatTime(ns)) };
      chart.draw(
        plot,
        value,
        shape.lines.map((line) => dataset(line, plot.theme)),
      );
    },
  };
}

function dataset(line: Line, theme: Theme): Dataset {
  const band = line.name === "p99" && !theme.highContrast;
  return {
    data: [...line.points],
    borderColor: colourOf(line, theme),
    borderJoinStyle: "round",
    spanGaps: false,
    fill: band ? "-1" : false,
    backgroundColor: withAlpha(theme.colours.call, 0.22),
    ...STYLES[line.name],
  };
}

function colourOf(line: Line, theme: Theme): string {
  return line.name === "max" ? theme.colours.secondary : theme.colours.line;
}

function drawLonePoints(context: CanvasRenderingContext2D, area: Area, shape: LatencyShape, plot: Plot): void {
  for (const line of shape.lines) {
    context.fillStyle = colourOf(line, plot.theme);
    const radius = line.name === "p50" ? 2 : 1.25;
    for (const point of line.lone) {
      context.beginPath();
      context.arc(xOfTime(point.x, plot.axis, plot.geometry), area.yOf(point.y), radius, 0, 2 * Math.PI);
      context.fill();
    }
  }
}
