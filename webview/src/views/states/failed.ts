/** What went wrong, the remedy, and the ways on. */
import { button } from "../../components/button";
import { element } from "../../dom";
import { safeText } from "../../text";
import type { Actions, View } from "../view";
import { createMessage } from "./message";
import { layOut, type RemedyLayout } from "./remedy";

export function createFailed(actions: Actions): View {
  const remedy = element("div", { class: "remedy" });
  const command = (name: "attach" | "launch" | "open" | "doctor") => () =>
    actions.send({ type: "command", command: name });
  let copied = "";
  const copy = button({
    label: "Copy command",
    kind: "primary",
    onClick: () => actions.send({ type: "copy", text: copied }),
  });
  const buttons = [
    copy,
    button({ label: "Doctor", onClick: command("doctor") }),
    button({ label: "Attach…", onClick: command("attach") }),
    button({ label: "Launch…", onClick: command("launch") }),
    button({ label: "Open recording…", onClick: command("open") }),
  ];
  const { root, title, text } = createMessage([remedy], buttons);
  let shown = "";
  return {
    root,
    update({ model }) {
      if (model.session?.phase !== "failed") return;
      const { problem } = model.session;
      const key = JSON.stringify(problem);
      if (shown === key) return;
      shown = key;
      title.textContent = safeText(problem.message, 400);
      text.textContent = `Code ${safeText(problem.code)}`;
      const commands = problem.commands ?? [];
      remedy.replaceChildren(...remedyElements(layOut(problem.remedy, commands)));
      copied = commands.join("\n");
      copy.hidden = commands.length === 0;
    },
  };
}

function remedyElements({ sentence, apart }: RemedyLayout): HTMLElement[] {
  const words = sentence.map(({ kind, text }) =>
    kind === "text" ? safeText(text, 600) : element("code", { text: safeText(text, 600) }),
  );
  const made = words.length === 0 ? [] : [element("p", {}, ...words)];
  if (apart === undefined) return made;
  return [...made, element("pre", { class: "command", text: safeText(apart, 600), attributes: { tabindex: "0" } })];
}
