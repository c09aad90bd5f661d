/** Findings as sentences with an icon, links to the lines they name, and the key that opens them. */
import { type Child, element, setAttribute, setChildren, setHidden, setText } from "../dom";
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
  const items = new Map<string, Item>();
  let all = false;
  let latest: readonly Insight[] = [];

  const toggle = (): void => {
    all = !all;
    show();
  };
  const show = (): void => {
    const shown = latest.slice(0, all ? undefined : FIRST).map((insight, index) => {
      const known = items.get(insight.key) ?? createItem(insight.kind, reveal);
      items.set(insight.key, known);
      known.update(insight, index);
      return known.root;
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

interface Item {
  readonly root: HTMLElement;
  update(insight: Insight, index: number): void;
}

function createItem(kind: Insight["kind"], reveal: (place: Place) => void): Item {
  const [shape, colour] = SHAPES[kind];
  const title = element("span", { class: "insight-title" });
  const cap = keyCap("");
  const places = element("div", { class: "insight-line" });
  const detail = element("div", { class: "insight-line" });
  const body = element(
    "div",
    { class: "insight-body" },
    element("div", { class: "insight-head" }, title, cap),
    places,
    detail,
  );
  let shown = "";
  return {
    root: element("li", { class: "insight" }, icon(shape, colour), body),
    update(insight, index) {
      setText(title, insight.title);
      setAttribute(cap, "data-key", String(index + 1));
      setHidden(cap, index >= FIRST || insight.places.length === 0);
      setText(detail, insight.detail);
      const text = JSON.stringify(insight.places);
      if (shown === text) return;
      shown = text;
      setHidden(places, insight.places.length === 0);
      places.replaceChildren(...insight.places.flatMap((place, at) => placeLink(place, at, reveal)));
    },
  };
}

function placeLink({ word, place }: Insight["places"][number], at: number, reveal: (place: Place) => void): Child[] {
  const link = element("button", {
    class: "button link code",
    text: place.label,
    attributes: { type: "button", title: `${place.file}:${place.line}` },
    onClick: () => reveal(place),
  });
  return [`${at === 0 ? "" : ", "}${word} `, link];
}
