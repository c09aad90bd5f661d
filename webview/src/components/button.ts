import { type Child, element } from "../dom";

export interface ButtonOptions {
  readonly label: string;
  /** Name for assistive technology when the label alone does not say enough. */
  readonly name?: string;
  readonly kind?: "primary" | "secondary" | "link";
  /** The key that does the same, shown and announced. */
  readonly key?: string;
  readonly icon?: Node;
  readonly onClick: () => void;
}

/** A native button in one of VS Code's three looks. */
export function button({ label, name, kind = "secondary", key, icon, onClick }: ButtonOptions): HTMLButtonElement {
  const children: Child[] = [];
  if (icon !== undefined) children.push(icon);
  children.push(element("span", { class: "button-label", text: label }));
  if (key !== undefined) children.push(keyCap(key));
  const attributes = { type: "button", "aria-label": name, "aria-keyshortcuts": key, title: name };
  return element("button", { class: `button ${kind}`, attributes, onClick }, ...children);
}

/**
 * A key as it is printed on the keyboard, beside what it does. The letter is drawn by CSS, because it is no part of the
 * button's name: `aria-keyshortcuts` says it to assistive technology.
 */
export function keyCap(key: string): HTMLElement {
  return element("kbd", { class: "key", attributes: { "aria-hidden": "true", "data-key": key } });
}
