/** What limits the figures, in whole sentences. */
import { formatQuantity } from "#protocol/format";
import { element } from "../../dom";
import type { Model } from "../../state/store";
import { safeText } from "../../text";
import { remedyParts } from "../states/remedy";

/** Sentences of the report, what could not be linked, and how the recording ended. */
export function noteSentences({ frame, session }: Model): string[] {
  const notes = (frame?.report.notes ?? []).map((note) => safeText(note, 400));
  const unlinked = frame?.report.faults.unlinked ?? 0;
  if (unlinked > 0) {
    notes.push(
      `${formatQuantity(unlinked, "fault")} could not be linked to a message or a resolve; phases leave them out.`,
    );
  }
  if (session?.phase === "recorded" && session.ended !== "") notes.push(`Ended: ${safeText(session.ended, 400)}`);
  if (session?.phase === "recording" && session.hooks !== "") notes.push(`Traced by ${safeText(session.hooks, 400)}.`);
  return notes;
}

export function createNotes(): { readonly root: HTMLElement; update(model: Model): void } {
  const list = element("ul");
  const root = element("section", { class: "notes", attributes: { "aria-labelledby": "notes-title" } });
  root.append(element("h2", { text: "Notes", attributes: { id: "notes-title" } }), list);
  let shown: string | undefined;
  return {
    root,
    update(model) {
      const sentences = noteSentences(model);
      root.hidden = sentences.length === 0;
      const text = sentences.join("\n");
      if (shown === text) return;
      shown = text;
      list.replaceChildren(...sentences.map(note));
    },
  };
}

/** What stands between backticks is code. */
function note(sentence: string): HTMLElement {
  const parts = remedyParts(sentence);
  return element("li", {}, ...parts.map(({ kind, text }) => (kind === "text" ? text : element("code", { text }))));
}
