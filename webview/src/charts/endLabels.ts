/** Names and newest values at the end of lines, in the right gutter, moved apart where they would collide. */
import { font } from "./paint";
import type { Plot } from "./plot";
import { spreadLabels } from "./scale";

export interface EndLabel {
  readonly name: string;
  readonly value: string;
  /** A word after the value when there is room: "now". */
  readonly suffix: string;
  readonly y: number;
}

const LINE_PX = 14;

/** Two lines a label where the plot is tall enough, otherwise one; parts that do not fit are left out. */
export function drawEndLabels(
  context: CanvasRenderingContext2D,
  plot: Plot,
  labels: readonly EndLabel[],
  area: { readonly top: number; readonly bottom: number },
): void {
  const { geometry, theme } = plot;
  const twoLines = area.bottom - area.top >= labels.length * (2 * LINE_PX + 8) + 24;
  const height = twoLines ? 2 * LINE_PX + 6 : LINE_PX + 2;
  const centres = spreadLabels(
    labels.map((label) => label.y),
    height,
    area.top + height / 2,
    area.bottom - height / 2,
  );
  const x = geometry.width - geometry.right + 10;
  const room = geometry.right - 14;
  const usedBy = (label: EndLabel): number => {
    context.font = font(theme, 600);
    return twoLines ? 0 : context.measureText(label.name).width + 5;
  };
  const fits = (label: EndLabel, text: string): boolean => {
    const used = usedBy(label);
    context.font = font(theme);
    return context.measureText(text).width <= room - used;
  };
  // The word goes for all labels or for none: one without it would seem to mean another moment.
  const withSuffix = labels.every((label) => fits(label, `${label.value} ${label.suffix}`));
  context.textAlign = "left";
  context.textBaseline = "middle";
  labels.forEach((label, index) => {
    const y = centres[index] ?? label.y;
    context.font = font(theme, 600);
    context.fillStyle = theme.colours.text;
    context.fillText(label.name, x, twoLines ? y - LINE_PX / 2 : y);
    const text = withSuffix ? `${label.value} ${label.suffix}` : label.value;
    if (!fits(label, text)) return;
    const used = usedBy(label);
    context.font = font(theme);
    context.fillStyle = theme.colours.secondary;
    context.fillText(text, x + used, twoLines ? y + LINE_PX / 2 : y);
  });
}
