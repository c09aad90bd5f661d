/** The frame around a chart: title, subtitle or readout, table twin, keyboard and pointer cursor, and the size to draw at. */
import { keyCap } from "../components/button";
import { element, setAttribute, setHidden, setText } from "../dom";
import { icon } from "../icons";
import type { Geometry } from "./geometry";

export interface FigureOptions {
  /** Stable name, also of the chart in the stored view state. */
  readonly id: string;
  readonly title: string;
  /** What is drawn on: a canvas, or elements. */
  readonly content: HTMLElement;
  /** The same data as a table. */
  readonly twin: HTMLElement;
  readonly tools?: HTMLElement;
  readonly onTwin: () => void;
  readonly onResize: () => void;
  /** Pointer position in CSS pixels from the left edge of the plot, undefined when it left. */
  readonly onPoint?: (x: number | undefined) => void;
  readonly onKey?: (event: KeyboardEvent) => void;
}

export interface ChartFigure {
  readonly root: HTMLElement;
  /** Holds the table and, while it is shown, the focus. */
  readonly region: HTMLElement;
  setTitle(title: string): void;
  /** What is drawn, or, while there is a cursor, the figures under it. */
  setSubtitle(text: string, readout: boolean): void;
  /** The current finding, as the chart's name. */
  setSentence(sentence: string): void;
  setTwin(shown: boolean): void;
  /** Moves the cursor line; undefined hides it. */
  setCursor(x: number | undefined): void;
  /** Size and gutters as laid out now; undefined while not laid out. */
  geometry(): Geometry | undefined;
}

export function createFigure(options: FigureOptions): ChartFigure {
  const { id, content, twin, tools, onTwin } = options;
  const title = element("h2", { text: options.title, attributes: { id: `${id}-title` } });
  const subtitle = element("span", { class: "subtitle" });
  const cursor = element("div", { class: "cursor" });
  cursor.hidden = true;
  const plot = element("div", { class: "plot", attributes: { role: "img", tabindex: "0" } }, content, cursor);
  const region = element("div", { class: "twin", attributes: { role: "region", tabindex: "0" } }, twin);
  const toggle = element(
    "button",
    { class: "button quiet", attributes: { type: "button", "aria-keyshortcuts": "T" }, onClick: () => switchTwin() },
    icon("table"),
    element("span", { class: "button-label", text: "Table" }),
    keyCap("T"),
  );
  const head = element(
    "div",
    { class: "chart-head" },
    title,
    subtitle,
    ...(tools === undefined ? [] : [tools]),
    toggle,
  );
  const attributes = { "aria-labelledby": `${id}-title`, id, "data-chart": id };
  const root = element("section", { class: `chart chart-${id}`, attributes }, head, plot, region);

  const switchTwin = (): void => {
    const inside = plot.contains(document.activeElement) || region.contains(document.activeElement);
    onTwin();
    // At once and not with the next draw: what is hidden cannot take the focus.
    setTwin(!plot.hidden);
    if (inside) (plot.hidden ? region : plot).focus();
  };
  root.addEventListener("keydown", (event) => {
    const inside = event.target instanceof Node && (plot.contains(event.target) || region.contains(event.target));
    if (!inside || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key.toLowerCase() === "t") switchTwin();
    else if (!plot.hidden) options.onKey?.(event);
  });
  plot.addEventListener("pointermove", (event) => options.onPoint?.(event.clientX - plot.getBoundingClientRect().left));
  plot.addEventListener("pointerleave", () => options.onPoint?.(undefined));
  const setTwin = (shown: boolean): void => {
    setHidden(plot, shown);
    setHidden(region, !shown);
    setAttribute(region, "aria-label", `${title.textContent} as a table`);
    setAttribute(toggle, "aria-pressed", String(shown));
    setAttribute(toggle, "aria-label", `${title.textContent} as a table`);
  };
  const measure = createMeasure(plot, options.onResize);

  return {
    root,
    region,
    setTitle: (text) => setText(title, text),
    setSubtitle(text, readout) {
      setText(subtitle, text);
      subtitle.classList.toggle("readout", readout);
    },
    setSentence(sentence) {
      setAttribute(plot, "aria-label", sentence);
    },
    setTwin,
    setCursor(x) {
      setHidden(cursor, x === undefined);
      if (x !== undefined) cursor.style.transform = `translateX(${Math.round(x)}px)`;
    },
    geometry: measure,
  };
}

/** Reads layout only after it changed: reading it in every frame would force the browser to lay out each time. */
function createMeasure(plot: HTMLElement, onResize: () => void): () => Geometry | undefined {
  let geometry: Geometry | undefined;
  new ResizeObserver(() => {
    const style = getComputedStyle(plot);
    const gutter = (name: string): number => Number.parseFloat(style.getPropertyValue(name)) || 0;
    const [width, height] = [plot.clientWidth, plot.clientHeight];
    const visible = width > 0 && height > 0;
    geometry = visible ? { width, height, left: gutter("--fs-left"), right: gutter("--fs-right") } : undefined;
    onResize();
  }).observe(plot);
  return () => geometry;
}
