/** chart.js with only what the page draws, and what all its charts share: our axes, no animation, no events. */
import {
  Chart,
  type ChartDataset,
  type ChartOptions,
  Filler,
  LinearScale,
  LineController,
  LineElement,
  LogarithmicScale,
  PointElement,
} from "chart.js";
import { withAlpha } from "../colour";
import { AXIS_FONT_PX } from "./paint";
import type { Plot } from "./plot";

Chart.register(LineController, LineElement, PointElement, LinearScale, LogarithmicScale, Filler);

export type Dataset = ChartDataset<"line", { x: number; y: number }[]>;

export interface ValueAxis {
  readonly min: number;
  readonly max: number;
  readonly marks: readonly number[];
  readonly format: (value: number) => string;
}

/** Where the plot lies on the canvas, for marks drawn over the lines. */
export interface Area {
  readonly top: number;
  readonly bottom: number;
  /** Pixel of a value on the value axis. */
  yOf(value: number): number;
}

export interface LineChart {
  draw(plot: Plot, value: ValueAxis, datasets: Dataset[]): void;
}

/** Room above the highest and below the lowest mark, so that no label is cut. */
const MARGIN_PX = 8;

/**
 * A line chart on our axes; `over` draws on top of its lines. chart.js resolves options slowly, so they are made again
 * only for another theme or another gutter, and what changes in every frame is read by callbacks.
 */
export function createLineChart(
  canvas: HTMLCanvasElement,
  type: "linear" | "logarithmic",
  over: (context: CanvasRenderingContext2D, area: Area) => void,
): LineChart {
  let now: { readonly plot: Plot; readonly value: ValueAxis } | undefined;
  const current = () => now;
  const chart = new Chart<"line", { x: number; y: number }[]>(canvas, {
    type: "line",
    data: { datasets: [] },
    plugins: [
      {
        id: "over the lines",
        afterDatasetsDraw({ ctx, chartArea: { top, bottom }, scales }) {
          over(ctx, { top, bottom, yOf: (value) => scales.y?.getPixelForValue(value) ?? top });
        },
      },
    ],
    options: { animation: false, events: [], responsive: false, maintainAspectRatio: false },
  });
  let styledFor = "";
  return {
    draw(plot, value, datasets) {
      now = { plot, value };
      const { geometry, theme } = plot;
      const style = JSON.stringify([theme, geometry.right, window.devicePixelRatio]);
      if (style !== styledFor) chart.options = options(plot, type, current);
      if (style !== styledFor || chart.width !== geometry.width || chart.height !== geometry.height) {
        chart.resize(geometry.width, geometry.height);
      }
      styledFor = style;
      datasets.forEach((dataset, index) => {
        const known = chart.data.datasets[index];
        if (known === undefined) chart.data.datasets[index] = dataset;
        else Object.assign(known, dataset);
      });
      chart.update("none");
    },
  };
}

type Current = () => { readonly plot: Plot; readonly value: ValueAxis } | undefined;

function options({ geometry, theme }: Plot, type: "linear" | "logarithmic", current: Current): ChartOptions<"line"> {
  const grid = { color: withAlpha(theme.colours.grid, 0.26), drawTicks: false };
  const shared = { grid, border: { display: false }, bounds: "data" as const };
  const marksOf = (marks: readonly number[] = []) => marks.map((value) => ({ value }));
  const y = {
    ...shared,
    ticks: {
      autoSkip: false,
      font: { family: theme.fontFamily, size: AXIS_FONT_PX },
      color: theme.colours.secondary,
      padding: 8,
      callback: (mark: number | string) => current()?.value.format(Number(mark)) ?? "",
    },
    afterDataLimits: (scale: { min: number; max: number }) => {
      scale.min = current()?.value.min ?? scale.min;
      scale.max = current()?.value.max ?? scale.max;
    },
    afterBuildTicks: (scale: { ticks: { value: number }[] }) => {
      scale.ticks = marksOf(current()?.value.marks);
    },
    afterFit: (scale: { width: number }) => {
      scale.width = current()?.plot.geometry.left ?? scale.width;
    },
  };
  return {
    animation: false,
    events: [],
    responsive: false,
    maintainAspectRatio: false,
    devicePixelRatio: window.devicePixelRatio,
    parsing: false,
    normalized: true,
    layout: { autoPadding: false, padding: { top: MARGIN_PX, right: geometry.right, left: 0, bottom: MARGIN_PX } },
    elements: { point: { radius: 0, hitRadius: 0, hoverRadius: 0 } },
    scales: {
      x: {
        ...shared,
        type: "linear",
        ticks: { display: false },
        afterDataLimits: (scale) => {
          scale.min = current()?.plot.axis.startNs ?? scale.min;
          scale.max = current()?.plot.axis.endNs ?? scale.max;
        },
        afterBuildTicks: (scale) => {
          scale.ticks = marksOf(current()?.plot.axis.marks);
        },
        afterFit: (scale) => {
          scale.height = 0;
        },
      },
      y: type === "linear" ? { type, ...y } : { type, ...y },
    },
  };
}
