/** Nothing recorded yet: what could be, and the ways to begin. */
import { formatBytes, formatCount } from "#protocol/format";
import type { Target } from "#protocol/session";
import { button } from "../../components/button";
import { createTable } from "../../components/table";
import { setHidden, setText } from "../../dom";
import { programName, safeText } from "../../text";
import type { Actions, View } from "../view";
import { createMessage } from "./message";

export function createReady(actions: Actions): View {
  const command = (name: "attach" | "launch" | "open" | "doctor") => () =>
    actions.send({ type: "command", command: name });
  const attachTo = (target: Target): void => actions.send({ type: "attachTo", pid: target.pid });
  let first: Target | undefined;
  const table = createTable<Target>({
    caption: "Processes that hold a userfaultfd",
    none: "None that may be looked at.",
    key: (target) => String(target.pid),
    most: 8,
    columns: [
      {
        head: "Process",
        text: (target) => programName(target.command),
        title: (target) => `Attach to ${safeText(target.command)}, pid ${target.pid}`,
        press: (target) => () => attachTo(target),
      },
      { head: "pid", className: "number", text: (target) => String(target.pid) },
      { head: "User", text: (target) => safeText(target.user, 20) },
      { head: "fds", number: true, text: (target) => formatCount(target.fds.length) },
      { head: "Registered", number: true, text: (target) => formatBytes(target.registeredBytes) },
      {
        head: "Waiting",
        number: true,
        meaning: "Faults that nobody has resolved yet",
        text: (target) => formatCount(target.pendingFaults),
      },
    ],
  });
  const primary = button({ label: "Attach", kind: "primary", onClick: () => first !== undefined && attachTo(first) });
  const attach = button({ label: "Attach…", onClick: command("attach") });
  const buttons = [
    primary,
    attach,
    button({ label: "Launch…", onClick: command("launch") }),
    button({ label: "Open recording…", onClick: command("open") }),
    button({ label: "Look again", kind: "link", onClick: () => actions.send({ type: "ready" }) }),
  ];
  const { root, title, text } = createMessage([table.root], buttons);
  title.textContent = "No recording yet";
  return {
    root,
    update({ model }) {
      const { targets } = model;
      first = targets[0];
      setText(
        text,
        first === undefined ? NO_TARGETS : "Attach to a process that holds a userfaultfd, or launch a program.",
      );
      setHidden(table.root, first === undefined);
      setHidden(primary, first === undefined);
      if (first !== undefined && primary.firstChild !== null) {
        setText(primary.firstChild, `Attach to ${programName(first.command)}`);
      }
      table.update(targets);
    },
  };
}

const NO_TARGETS =
  "No process that may be looked at holds a userfaultfd now. Launch a program, or start one and look again.";
