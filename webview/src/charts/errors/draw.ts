/** Draws failed calls: one lane an errno, bars by bucket, the same √ scale in all lanes, and the time axis under them. */
import { formatCount, formatInstant } from "#protocol/format";
import { withAlpha } from "../../colour";
import { plotWidth, xOfTime } from "../geometry";
import { beginCanvas, font } from "../paint";
import { type Drawing, drawGaps, type Plot } from "../plot";
import type { ErrorsShape, Lane } from "./shape";

export const LANE_PX = 22;
export const AXIS_PX = 24;

/** Height the canvas needs; a window without failures keeps the axis and room for the sentence. */
export function errorsHeight(lanes: number): number {
  return Math.max(1, lanes) * LANE_PX + AXIS_PX;
}

export function createErrorsDrawing(canvas: HTMLCanvasElement): Drawing<ErrorsShape> {
  return {
    draw(shape, plot) {
      const context = beginCanvas(canvas, plot.geometry);
      if (context === undefined) return;
      const bottom = plot.geometry.height - AXIS_PX;
      drawTimeAxis(context, plot, bottom);
      if (shape.lanes.length === 0) drawNone(context, plot, shape.sentence);
      shape.lanes.forEach((lane, index) => {
        drawLane(context, plot, { lane, shape, base: (index + 1) * LANE_PX });
      });
      drawGaps(context, plot, shape.gaps, { top: 0, bottom, labels: false });
    },
  };
}

function drawTimeAxis(context: CanvasRenderingContext2D, { axis, geometry, theme }: Plot, bottom: number): void {
  context.strokeStyle = withAlpha(theme.colours.grid, 0.26);
  context.lineWidth = 1;
  context.fillStyle = theme.colours.secondary;
  context.font = font(theme);
  context.textBaseline = "top";
  const end = geometry.width - geometry.right;
  for (const mark of axis.marks) {
    const x = Math.round(xOfTime(mark, axis, geometry)) + 0.5;
    context.beginPath();
    context.moveTo(x, 0);
    context.lineTo(x, bottom + 4);
    context.stroke();
    const text = formatInstant(mark, axis.stepNs);
    const half = context.measureText(text).width / 2;
    const centre = Math.min(end - half, Math.max(geometry.left + half, x));
    context.textAlign = "center";
    context.fillText(text, centre, bottom + 8);
  }
}

function drawNone(context: CanvasRenderingContext2D, { geometry, theme }: Plot, sentence: string): void {
  context.font = font(theme);
  const fits = context.measureText(sentence).width < plotWidth(geometry) - 16;
  context.fillStyle = theme.colours.ground;
  if (fits) context.fillRect(geometry.left + 4, 2, context.measureText(sentence).width + 8, LANE_PX - 4);
  context.fillStyle = theme.colours.secondary;
  context.textAlign = "left";
  context.textBaseline = "middle";
  if (fits) context.fillText(sentence, geometry.left + 8, LANE_PX / 2);
}

function drawLane(
  context: CanvasRenderingContext2D,
  { geometry, theme }: Plot,
  { lane, shape, base }: { readonly lane: Lane; readonly shape: ErrorsShape; readonly base: number },
): void {
  context.fillStyle = withAlpha(theme.colours.grid, 0.26);
  context.fillRect(geometry.left, base - 1, plotWidth(geometry), 1);
  const step = plotWidth(geometry) / Math.max(1, shape.buckets);
  context.fillStyle = theme.colours.error;
  lane.count.forEach((count, index) => {
    if (count === 0) return;
    const height = Math.max(3, Math.round(Math.sqrt(count / shape.peak) * (LANE_PX - 5)));
    const x = Math.round(geometry.left + index * step);
    const width = Math.max(2, Math.round(geometry.left + (index + 1) * step) - x);
    context.fillRect(x, base - 1 - height, width, height);
  });
  context.textBaseline = "middle";
  const middle = base - LANE_PX / 2 + 1;
  context.font = font(theme, 600);
  context.fillStyle = theme.colours.text;
  context.textAlign = "right";
  context.fillText(shortened(context, lane.name, geometry.left - 12), geometry.left - 8, middle);
  context.textAlign = "left";
  context.fillText(formatCount(lane.total), geometry.width - geometry.right + 10, middle);
}

/** A lane must have a name: it is shortened rather than left out. */
function shortened(context: CanvasRenderingContext2D, name: string, room: number): string {
  if (context.measureText(name).width <= room) return name;
  for (let length = name.length - 1; length > 0; length--) {
    const text = `${name.slice(0, length)}…`;
    if (context.measureText(text).width <= room) return text;
  }
  return "";
}
