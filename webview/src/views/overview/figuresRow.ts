import { element, setAttribute, setChildren, setText } from "../../dom";
import type { Figure } from "./figures";

export interface FiguresRow {
  readonly root: HTMLElement;
  update(figures: readonly Figure[]): void;
}

/** Figures in large type, each under its label. */
export function createFiguresRow(): FiguresRow {
  const root = element("dl", { class: "figures" });
  const made = new Map<string, ReturnType<typeof createFigure>>();
  return {
    root,
    update(figures) {
      const shown = figures.map((figure) => {
        const known = made.get(figure.key) ?? createFigure(figure.key);
        made.set(figure.key, known);
        known.update(figure);
        return known.root;
      });
      setChildren(root, shown);
    },
  };
}

function createFigure(key: string) {
  const label = element("dt");
  const number = element("span", { class: "figure-number" });
  const unit = element("span", { class: "unit" });
  const root = element(
    "div",
    { class: "figure", attributes: { "data-figure": key } },
    label,
    element("dd", {}, number, " ", unit),
  );
  return {
    root,
    update(figure: Figure) {
      setText(label, figure.label);
      setText(number, figure.number);
      setText(unit, figure.unit);
      setAttribute(root, "title", figure.meaning);
    },
  };
}
