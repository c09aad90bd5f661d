import { element, setChildren } from "../dom";
import { safeText } from "../text";

export interface OpChoice {
  readonly root: HTMLElement;
  update(ops: readonly string[], chosen: string | undefined): void;
}

/** One op of several, as native radio buttons: arrow keys choose. */
export function createOpChoice(choose: (op: string) => void): OpChoice {
  const root = element("div", { class: "ops", attributes: { role: "radiogroup", "aria-label": "Op shown" } });
  const made = new Map<string, { readonly label: HTMLElement; readonly input: HTMLInputElement }>();
  const createOne = (op: string) => {
    const input = element("input", { class: "unseen", attributes: { type: "radio", name: "op", value: op } });
    input.addEventListener("change", () => choose(op));
    const label = element("label", { class: "op" }, input, element("span", { text: safeText(op, 24) }));
    return { label, input };
  };
  return {
    root,
    update(ops, chosen) {
      const shown = ops.map((op) => {
        const known = made.get(op) ?? createOne(op);
        made.set(op, known);
        if (known.input.checked !== (op === chosen)) known.input.checked = op === chosen;
        return known.label;
      });
      // A moved element loses focus: the order stays while somebody chooses.
      if (!root.contains(document.activeElement) || root.childNodes.length !== shown.length) setChildren(root, shown);
    },
  };
}
