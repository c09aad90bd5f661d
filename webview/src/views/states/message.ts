/** Screens that say what is the case and offer the next step: a heading, sentences, something to see, buttons. */
import { element } from "../../dom";

export interface MessageScreen {
  readonly root: HTMLElement;
  readonly title: HTMLElement;
  readonly text: HTMLElement;
}

/** `body` stands between the sentence and the buttons. */
export function createMessage(body: readonly HTMLElement[], buttons: readonly HTMLElement[]): MessageScreen {
  const title = element("h1");
  const text = element("p", { class: "secondary" });
  const row = element("div", { class: "buttons" }, ...buttons);
  const column = element("div", { class: "message" }, title, text, ...body, ...(buttons.length > 0 ? [row] : []));
  return { root: element("div", { class: "screen" }, column), title, text };
}
