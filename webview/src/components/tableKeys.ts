/** Keys of a table that has focus: J and K (or the arrows) between its rows, C copies it. */

/** `text` is asked when the user copies. */
export function bindTableKeys(root: HTMLElement, text: () => string, copy: (text: string) => void): void {
  root.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const key = event.key.toLowerCase();
    if (key === "c") copy(text());
    else if (key === "j" || event.key === "ArrowDown") moved(event, root, 1);
    else if (key === "k" || event.key === "ArrowUp") moved(event, root, -1);
  });
}

function moved(event: KeyboardEvent, root: HTMLElement, by: 1 | -1): void {
  const buttons = [...root.querySelectorAll<HTMLElement>("tbody button")];
  const at = buttons.indexOf(document.activeElement as HTMLElement);
  const next = at === -1 ? undefined : buttons[at + by];
  if (next === undefined) return;
  event.preventDefault();
  next.focus();
}
