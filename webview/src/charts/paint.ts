/** What every canvas of the page draws alike: sharp pixels, hatches, halos, text that fits or is left out. */

import { withAlpha } from "../colour";
import type { Theme } from "../theme";
import type { Geometry } from "./geometry";

export const AXIS_FONT_PX = 11;

/** Sizes the canvas for the display's pixels and returns its context, in CSS pixels and cleared. */
export function beginCanvas(
  canvas: HTMLCanvasElement,
  { width, height }: Geometry,
): CanvasRenderingContext2D | undefined {
  const ratio = window.devicePixelRatio;
  const [wide, high] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== wide) canvas.width = wide;
  if (canvas.height !== high) canvas.height = high;
  const context = canvas.getContext("2d");
  if (context === null) return undefined;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  return context;
}

export function font(theme: Theme, weight: 400 | 600 = 400): string {
  return `${weight} ${AXIS_FONT_PX}px ${theme.fontFamily}`;
}

/** Fills a rectangle with diagonals and outlines it: the mark of what is unknown. */
export function hatchRect(
  context: CanvasRenderingContext2D,
  colour: string,
  rect: { readonly x: number; readonly y: number; readonly width: number; readonly height: number },
): void {
  const { x, y, width, height } = rect;
  context.save();
  context.beginPath();
  context.rect(x, y, width, height);
  context.clip();
  context.strokeStyle = withAlpha(colour, 0.55);
  context.lineWidth = 1;
  context.beginPath();
  for (let start = x - height - (x % 6); start < x + width; start += 6) {
    context.moveTo(start, y + height);
    context.lineTo(start + height, y);
  }
  context.stroke();
  context.restore();
  context.strokeStyle = withAlpha(colour, 0.8);
  context.strokeRect(x + 0.5, y + 0.5, Math.max(0, width - 1), height - 1);
}

/** Text on a patch of the ground, so that it can be read over any mark. Nothing when it does not fit into `room`. */
export function textOnGround(
  context: CanvasRenderingContext2D,
  theme: Theme,
  text: string,
  at: { readonly x: number; readonly y: number; readonly room: number },
): void {
  context.font = font(theme);
  const width = context.measureText(text).width;
  if (width + 8 > at.room) return;
  context.fillStyle = theme.colours.ground;
  context.fillRect(at.x - width / 2 - 4, at.y - 8, width + 8, 16);
  context.fillStyle = theme.colours.text;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText(text, at.x, at.y);
}
