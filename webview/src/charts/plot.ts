/** What a drawing is given besides its data, and marks that all of them share. */
import { formatCount } from "#protocol/format";
import type { Theme } from "../theme";
import { type Geometry, type TimeAxis, xOfTime } from "./geometry";
import { hatchRect, textOnGround } from "./paint";
import type { Gap } from "./window";

export interface Plot {
  readonly geometry: Geometry;
  readonly axis: TimeAxis;
  readonly theme: Theme;
}

/** Draws `shape` onto its canvas. */
export interface Drawing<Shape> {
  draw(shape: Shape, plot: Plot): void;
}

/** Hatches the stretches with losses between `top` and `bottom`; says how many when there is room. */
export function drawGaps(
  context: CanvasRenderingContext2D,
  { geometry, axis, theme }: Plot,
  gaps: readonly Gap[],
  band: { readonly top: number; readonly bottom: number; readonly labels: boolean },
): void {
  for (const gap of gaps) {
    const x = Math.round(xOfTime(gap.startNs, axis, geometry));
    const end = Math.round(xOfTime(gap.endNs, axis, geometry));
    const rect = { x, y: band.top, width: Math.max(3, end - x), height: band.bottom - band.top };
    hatchRect(context, theme.colours.unknown, rect);
    if (!band.labels) continue;
    const label = { x: x + rect.width / 2, y: band.top + 12, room: geometry.width - geometry.right - geometry.left };
    textOnGround(context, theme, `${formatCount(gap.lost)} lost`, label);
  }
}
