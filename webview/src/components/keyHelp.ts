import { element } from "../dom";
import { KEYS, type KeyHelp } from "../keys";
import { button } from "./button";

const PLACES: readonly { readonly where: KeyHelp["where"]; readonly title: string }[] = [
  { where: "chart", title: "While a chart has focus" },
  { where: "table", title: "While a table has focus" },
  { where: "page", title: "Everywhere" },
];

export interface KeyHelpDialog {
  readonly root: HTMLDialogElement;
  open(): void;
}

/** The list of all keys in a modal dialog; Esc closes it and focus returns to where it was. */
export function createKeyHelp(): KeyHelpDialog {
  const lists = PLACES.flatMap(({ where, title }) => [
    element("h3", { text: title }),
    element(
      "dl",
      { class: "key-list" },
      ...KEYS.filter((key) => key.where === where).flatMap((key) => [
        element("dt", {}, ...key.keys.map((name) => element("kbd", { class: "key", text: name }))),
        element("dd", { text: key.does }),
      ]),
    ),
  ]);
  const close = button({ label: "Close", kind: "primary", onClick: () => root.close() });
  const root = element(
    "dialog",
    { class: "dialog", attributes: { "aria-labelledby": "keys-title" } },
    element("h2", { text: "Keys", attributes: { id: "keys-title" } }),
    ...lists,
    close,
  );
  return {
    root,
    open() {
      if (root.open) return;
      root.showModal();
      close.focus();
    },
  };
}

/** The row at the bottom: the keys worth knowing, and `note` on the right. */
export function createKeysRow(onHelp: () => void): { readonly root: HTMLElement; setNote(text: string): void } {
  const short = KEYS.filter((key) => key.short !== undefined && key.where !== "page").map((key) =>
    element(
      "span",
      { class: "key-short" },
      ...key.keys.map((name) => element("kbd", { class: "key", text: name })),
      element("span", { text: key.short ?? "" }),
    ),
  );
  const note = element("span", { class: "keys-note" });
  const help = button({ label: "all keys", key: "?", kind: "link", onClick: onHelp });
  const root = element("div", { class: "keys-row" }, element("div", { class: "keys-shorts" }, ...short), note, help);
  return {
    root,
    setNote(text) {
      if (note.textContent !== text) note.textContent = text;
    },
  };
}
