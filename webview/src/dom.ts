/** Elements by hand: text goes in as text, attributes as attributes, nothing is ever parsed as HTML. */

export type Child = Node | string;

export interface Properties {
  readonly class?: string;
  readonly text?: string;
  /** Attributes by name; undefined leaves one out. */
  readonly attributes?: Readonly<Record<string, string | undefined>>;
  readonly onClick?: (event: MouseEvent) => void;
}

/** A new element with its attributes, text and children. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  properties: Properties = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  if (properties.class !== undefined) made.className = properties.class;
  for (const [name, value] of Object.entries(properties.attributes ?? {})) {
    if (value !== undefined) made.setAttribute(name, value);
  }
  if (properties.text !== undefined) made.textContent = properties.text;
  if (properties.onClick !== undefined) made.addEventListener("click", properties.onClick as EventListener);
  made.append(...children);
  return made;
}

/** Sets text only when it differs: ten frames a second must not touch what stays the same. */
export function setText(node: Node, text: string): void {
  if (node.textContent !== text) node.textContent = text;
}

export function setAttribute(target: Element, name: string, value: string): void {
  if (target.getAttribute(name) !== value) target.setAttribute(name, value);
}

export function setHidden(target: HTMLElement, hidden: boolean): void {
  if (target.hidden !== hidden) target.hidden = hidden;
}

/** Makes `wanted` the children of `parent`, in order, moving only what is out of place. */
export function setChildren(parent: Element, wanted: readonly Node[]): void {
  const kept = new Set(wanted);
  // First what goes: otherwise every child behind a removed one would be taken out and put in again.
  for (const child of [...parent.childNodes]) if (!kept.has(child)) child.remove();
  wanted.forEach((child, index) => {
    const present = parent.childNodes[index] ?? null;
    if (present !== child) parent.insertBefore(child, present);
  });
}
