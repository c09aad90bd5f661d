/** Screens of waiting: connecting, starting, attached without an event yet, opening, and a recording without events. */
import { formatBytes, formatCount, formatQuantity, formatTime } from "#protocol/format";
import type { SessionTarget, Target } from "#protocol/session";
import { button } from "../../components/button";
import { element, setAttribute, setText } from "../../dom";
import type { Model } from "../../state/store";
import { baseName, programName, safeText } from "../../text";
import { createNotes } from "../overview/notes";
import type { Actions, View } from "../view";
import { createMessage } from "./message";

/** More descriptors than these are counted, not listed. */
const MAX_FDS = 6;

export function createLoading(): View {
  const { root, title, text } = createMessage([], []);
  title.textContent = "Waiting for the extension";
  text.textContent = "If this stays, reload the window.";
  return { root, update: () => undefined };
}

export function createStarting(): View {
  const { root, title, text } = createMessage([], []);
  text.textContent = "Nothing is recorded until tracing is attached.";
  return {
    root,
    update({ model }) {
      if (model.session?.phase !== "starting") return;
      setText(title, `Attaching to ${safeText(model.session.target)}`);
    },
  };
}

/** What is known about silent targets: memory and descriptors, as they were listed when recording began. */
export function silence(model: Model, targets: readonly SessionTarget[]): string {
  const elapsed = model.frame === undefined ? "" : ` for ${formatTime(model.frame.nowNs)}`;
  const names = targets.map((target) => programName(target.command)).join(", ") || "The target";
  const pids = new Set(targets.map((target) => target.pid));
  const listed = model.targets.filter((target) => pids.has(target.pid));
  const verb = targets.length > 1 ? "have" : "has";
  const what = `${names} ${verb} made no UFFDIO call and raised no fault${elapsed}.`;
  if (listed.length === 0) return what;
  const bytes = listed.reduce((all, target) => all + target.registeredBytes, 0);
  return `${what} Registered when last listed: ${formatBytes(bytes)} on ${descriptors(listed)}.`;
}

/** Numbers of one process; of several, how many: a number alone would not say whose. */
function descriptors(targets: readonly Target[]): string {
  const fds = targets.flatMap((target) => target.fds);
  if (targets.length > 1 || fds.length > MAX_FDS) return formatQuantity(fds.length, "userfaultfd");
  return `fd ${new Intl.ListFormat("en").format(fds.map(String))}`;
}

export function createSilent(): View {
  const notes = createNotes();
  const { root, title, text } = createMessage([notes.root], []);
  return {
    root,
    update({ model }) {
      const { session } = model;
      const stopping = session?.phase === "stopping";
      setText(title, stopping ? "Stopping" : "Attached; nothing has happened yet");
      const targets = session?.phase === "recording" ? session.targets : [];
      setText(text, stopping ? "The file is being completed." : silence(model, targets));
      notes.update(model);
    },
  };
}

export function createOpening(): View {
  const bar = element("progress", { attributes: { max: "1", "aria-label": "Read" } });
  const { root, title, text } = createMessage([bar], []);
  return {
    root,
    update({ model }) {
      if (model.session?.phase !== "opening") return;
      const { file, readBytes, totalBytes } = model.session;
      setText(title, `Reading ${safeText(baseName(file), 80)}`);
      const events = model.frame === undefined ? "" : `, ${formatCount(model.frame.report.events)} events so far`;
      setText(text, `${formatBytes(readBytes)} of ${formatBytes(totalBytes)}${events}.`);
      setAttribute(bar, "value", String(totalBytes > 0 ? readBytes / totalBytes : 0));
    },
  };
}

export function createEmpty(actions: Actions): View {
  const open = button({ label: "Open another…", onClick: () => actions.send({ type: "command", command: "open" }) });
  const notes = createNotes();
  const { root, title, text } = createMessage([notes.root], [open]);
  title.textContent = "This recording holds no userfaultfd event";
  text.textContent = "No UFFDIO call, no message read and no fault was seen while it ran.";
  return { root, update: ({ model }) => notes.update(model) };
}
