/** Findings as sentences with an icon, links to the lines they name, and the key that opens them. */
import { element, setChildren, setHidden, setText } from "../dom";
import { icon } from "../icons";
import type { Insight, Place } from "../views/overview/insights";
import { keyCap } from "./button";

export interface InsightList {
  readonly root: HTMLElement;
  update(insights: readonly Insight[], none: string): void;
}

const SHAPES = { loss: ["warning", "warning"], error: ["error", "error"], waiting: ["clock", "blocked"] } as const;

/** How many stand in the row; the rest come on demand. */
const FIRST = 3;

export function createInsightList(reveal: (place: Place) => void): InsightList {
  const list = element("ol", { class: "insights", attributes: { "aria-label": "Findings" } });
  const none = element("p", { class: "insight-none" }, icon("check", "good"), element("span"));
  const more = element("button", { class: "button link", attributes: { type: "button" }, onClick: () => toggle() });
  const root = element("section", { class: "findings", attributes: { "aria-label": "Findings" } }, none, list, more);
  const items = new Map<string, { readonly root: HTMLElement; readonly text: string }>();
  let all = false;
  let latest: readonly Insight[] = [];

  const toggle = (): void => {
    all = !all;
    show();
  };
  const show = (): void => {
    const shown = latest.slice(0, all ? undefined : FIRST).map((insight, index) => {
      const text = JSON.stringify([insight, index]);
      const known = items.get(insight.key);
      if (known?.text === text) return known.root;
      const focused = known?.root.contains(document.activeElement) === true;
      const made = item(insight, index, reveal);
      items.set(insight.key, { root: made, text });
      if (focused) queueMicrotask(() => made.querySelector("button")?.focus());
      return made;
    });
    setChildren(list, shown);
    setHidden(list, latest.length === 0);
    setHidden(none, latest.length > 0);
    setHidden(more, latest.length <= FIRST);
    setText(more, all ? "Fewer findings" : `${latest.length - FIRST} more`);
  };
  return {
    root,
    update(insights, words) {
      latest = insights;
      const keys = new Set(insights.map((insight) => insight.key));
      for (const key of items.keys()) if (!keys.has(key)) items.delete(key);
      if (none.lastChild !== null) setText(none.lastChild, words);
      show();
    },
  };
}

function item(insight: Insight, index: number, reveal: (place: Place) => void): HTMLElement {
  const [shape, colour] = SHAPES[insight.kind];
  const title = element("span", { class: "insight-title", text: insight.title });
  const head = element("div", { class: "insight-head" }, title, ...(index < FIRST ? [keyCap(String(index + 1))] : []));
  const places = insight.places.flatMap(({ word, place }, at) => [
    `${at === 0 ? "" : ", "}${word} `,
    element("button", {
      class: "button link code",
      text: place.label,
      attributes: { type: "button", title: `${place.file}:${place.line}` },
      onClick: () => reveal(place),
    }),
  ]);
  const body = element("div", { class: "insight-body" }, head);
  if (places.length > 0) body.append(element("div", { class: "insight-line" }, ...places));
  body.append(element("div", { class: "insight-line", text: insight.detail }));
  return element("li", { class: "insight" }, icon(shape, colour), body);
}
