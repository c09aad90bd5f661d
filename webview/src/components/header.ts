/** The row on top of every screen: state, clock, the one action, what is recorded, counts and losses. */
import { formatCount, formatQuantity } from "#protocol/format";
import type { WebviewToHost } from "#protocol/panel";
import { element, setAttribute, setHidden, setText } from "../dom";
import { icon } from "../icons";
import type { Model } from "../state/store";
import { totals } from "../views/overview/figures";
import { button } from "./button";
import { statusOf } from "./status";

export interface Header {
  readonly root: HTMLElement;
  /** `silentForS`: seconds since the last frame, when that is worth saying. */
  update(model: Model, silentForS: number | undefined): void;
}

export function createHeader(send: (message: WebviewToHost) => void): Header {
  const shape = element("span", { class: "state-shape" });
  const word = element("span", { class: "state-word", attributes: { role: "status" } });
  const clock = element("span", { class: "clock" });
  const command = (name: "stop" | "attach") => () => send({ type: "command", command: name });
  const actions = {
    stop: button({ label: "Stop", name: "Stop recording", key: "R", icon: icon("square"), onClick: command("stop") }),
    cancel: button({ label: "Cancel", onClick: command("stop") }),
    new: button({ label: "New recording…", icon: icon("disc"), onClick: command("attach") }),
  };
  const subject = element("strong", { class: "subject" });
  const about = element("span", { class: "about secondary" });
  const counts = element("span", { class: "counts" });
  const silent = element("span", { class: "silent" }, icon("warning", "warning"), element("span"));
  const lost = createLost();
  const state = element("div", { class: "state" }, shape, word, clock, ...Object.values(actions));
  const target = element("div", { class: "target" }, subject, about);
  const root = element("header", { class: "header" }, state, target, counts, silent, lost.root);
  let shown = "";

  return {
    root,
    update(model, silentForS) {
      const status = statusOf(model);
      if (shown !== status.shape + status.colour) {
        shown = status.shape + status.colour;
        shape.replaceChildren(icon(status.shape, status.colour));
      }
      setText(word, status.word);
      setText(clock, status.clock);
      setHidden(clock, status.clock === "");
      for (const [name, action] of Object.entries(actions)) setHidden(action, status.action !== name);
      setText(subject, status.subject);
      setText(about, status.about);
      setHidden(target, status.subject === "" && status.about === "");
      updateCounts(counts, model);
      setHidden(silent, silentForS === undefined);
      if (silent.lastChild !== null) setText(silent.lastChild, `no news for ${silentForS ?? 0} s`);
      lost.update(model.frame?.report.lost);
    },
  };
}

function updateCounts(counts: HTMLElement, { frame }: Model): void {
  setHidden(counts, frame === undefined);
  if (frame === undefined) return;
  const { calls } = totals(frame.report);
  setText(counts, `${formatQuantity(calls, "ioctl")}   ${formatQuantity(frame.report.faults.total, "fault")}`);
}

function createLost() {
  const text = element("span");
  const good = icon("check", "good");
  const bad = icon("warning", "warning");
  const root = element("span", { class: "lost" }, bad, text, good);
  return {
    root,
    update(lost: number | undefined) {
      setHidden(root, lost === undefined);
      if (lost === undefined) return;
      setText(text, `lost ${formatCount(lost)}`);
      root.classList.toggle("some", lost > 0);
      setAttribute(
        root,
        "title",
        lost === 0 ? "Every event that happened was recorded" : "Events that could not be recorded",
      );
    },
  };
}
