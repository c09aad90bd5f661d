/** chart.js with only what the page draws, and the options all its charts share: our axes, no animation, no events. */
import {
  Chart,
  type ChartOptions,
  Filler,
  LinearScale,
  LineController,
  LineElement,
  LogarithmicScale,
  type Plugin,
  PointElement,
} from "chart.js";
import { withAlpha } from "../colour";
import { AXIS_FONT_PX } from "./paint";
import type { Plot } from "./plot";

Chart.register(LineController, LineElement, PointElement, LinearScale, LogarithmicScale, Filler);

export type LineChart = Chart<"line", { x: number; y: number }[]>;

export interface ValueAxis {
  readonly type: "linear" | "logarithmic";
  readonly min: number;
  readonly max: number;
  readonly marks: readonly number[];
  readonly format: (value: number) => string;
}

/** Padding above the highest mark, so that its label is not cut. */
export const PLOT_TOP_PX = 8;

/** A line chart whose size, axes and colours we set ourselves. */
export function createLineChart(canvas: HTMLCanvasElement, plugin: Plugin<"line">): LineChart {
  return new Chart(canvas, {
    type: "line",
    data: { datasets: [] },
    plugins: [plugin],
    options: { animation: false, events: [], responsive: false, maintainAspectRatio: false },
  });
}

/** Puts size, axes and colours of `plot` into the chart; the caller updates it. */
export function applyPlot(chart: LineChart, plot: Plot, value: ValueAxis): void {
  const { geometry } = plot;
  const sized = chart.width === geometry.width && chart.height === geometry.height;
  if (!sized || chart.currentDevicePixelRatio !== window.devicePixelRatio) {
    chart.resize(geometry.width, geometry.height);
  }
  chart.options = chartOptions(plot, value);
}

function chartOptions(plot: Plot, value: ValueAxis): ChartOptions<"line"> {
  const { axis, geometry, theme } = plot;
  const grid = { color: withAlpha(theme.colours.grid, 0.26), drawTicks: false };
  const border = { display: false };
  const font = { family: theme.fontFamily, size: AXIS_FONT_PX };
  const marksOf = (marks: readonly number[]) => marks.map((mark) => ({ value: mark }));
  return {
    animation: false,
    events: [],
    responsive: false,
    maintainAspectRatio: false,
    devicePixelRatio: window.devicePixelRatio,
    parsing: false,
    normalized: true,
    layout: { autoPadding: false, padding: { top: PLOT_TOP_PX, right: geometry.right, left: 0, bottom: PLOT_TOP_PX } },
    scales: {
      x: {
        type: "linear",
        bounds: "data",
        min: axis.startNs,
        max: axis.endNs,
        grid,
        border,
        ticks: { display: false },
        afterBuildTicks: (scale) => {
          scale.ticks = marksOf(axis.marks);
        },
        afterFit: (scale) => {
          scale.height = 0;
        },
      },
      y: {
        type: value.type,
        bounds: "data",
        min: value.min,
        max: value.max,
        grid,
        border,
        ticks: {
          autoSkip: false,
          font,
          color: theme.colours.secondary,
          padding: 8,
          callback: (mark) => value.format(Number(mark)),
        },
        afterBuildTicks: (scale) => {
          scale.ticks = marksOf(value.marks);
        },
        afterFit: (scale) => {
          scale.width = geometry.left;
        },
      },
    },
  } as ChartOptions<"line">;
}
