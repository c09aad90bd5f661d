/** The overview: findings, figures, charts, then the tables behind them. */
import { button } from "../../components/button";
import { createInsightList } from "../../components/insightList";
import { createOpChoice } from "../../components/opChoice";
import type { Table } from "../../components/table";
import { bindTableKeys } from "../../components/tableKeys";
import { element } from "../../dom";
import { shownOp } from "../../state/view";
import type { Actions, View } from "../view";
import { createCharts } from "./charts";
import { figures, opsOf } from "./figures";
import { createFiguresRow } from "./figuresRow";
import { type Insight, insights, type Place } from "./insights";
import { createNotes } from "./notes";
import {
  createErrorTable,
  createFaultTable,
  createIoctlTable,
  createProcessTable,
  errorRows,
  faultRows,
} from "./reportTables";
import { createSiteTable, rankSites } from "./siteTable";

export function createOverview(actions: Actions): View {
  const reveal = ({ file, line }: Place): void => actions.send({ type: "reveal", file, line });
  let ops: readonly string[] = [];
  let op: string | undefined;
  let told: readonly Insight[] = [];
  let live = false;

  const choose = (next: string): void => actions.changeView((view) => ({ ...view, op: next }));
  const pressed = (event: KeyboardEvent): void => {
    const key = event.key.toLowerCase();
    const at = op === undefined ? -1 : ops.indexOf(op);
    const next = ops[(at + 1) % Math.max(1, ops.length)];
    const place = /^[1-3]$/.test(key) ? told[Number(key) - 1]?.places[0]?.place : undefined;
    if (key === "o" && next !== undefined) choose(next);
    else if (key === "r" && live) actions.send({ type: "command", command: "stop" });
    else if (place !== undefined) reveal(place);
  };

  const list = createInsightList(reveal);
  const row = createFiguresRow();
  const choice = createOpChoice(choose);
  const charts = createCharts(actions, choice.root, pressed);
  const tables = {
    sites: createSiteTable(reveal),
    ioctls: createIoctlTable(),
    errors: createErrorTable(),
    faults: createFaultTable(),
    processes: createProcessTable(),
  };
  const copy = (text: string): void => actions.send({ type: "copy", text });
  for (const table of Object.values(tables)) bindTableKeys(table.root, table.text, copy);
  const notes = createNotes();
  const section = ({ root }: Pick<Table<never>, "root">, name: string) =>
    element("div", { class: `block block-${name}` }, root);
  const below = button({
    label: "Below: calls, faults, call sites",
    kind: "link",
    onClick: () => charts.sections[1]?.scrollIntoView(),
  });
  below.classList.add("below");
  const main = element(
    "div",
    { class: "charts" },
    row.root,
    below,
    ...charts.sections,
    section(tables.sites, "sites"),
    section(tables.ioctls, "ioctls"),
  );
  const inspector = element(
    "div",
    { class: "inspector" },
    section(tables.errors, "errors"),
    section(tables.faults, "faults"),
    section(tables.processes, "processes"),
    notes.root,
  );
  const heading = element("h1", { class: "unseen", text: "Overview" });
  const root = element("div", { class: "overview" }, heading, list.root, main, inspector);

  return {
    root,
    update({ model, view, theme }) {
      const { frame, session } = model;
      if (frame === undefined) return;
      live = session?.phase === "recording";
      ops = opsOf(frame);
      op = shownOp(view.op, ops);
      told = insights(frame, live || session?.phase === "stopping");
      list.update(told, NOTHING_WRONG);
      row.update(figures(frame, op, live));
      choice.update(ops, op);
      charts.update({ frame, op: op ?? "", live, twins: view.twins, theme });
      tables.sites.update(rankSites(frame.report));
      tables.ioctls.update([...frame.report.ioctls].sort((a, b) => b.calls - a.calls));
      tables.errors.update(errorRows(frame.report));
      tables.faults.update(faultRows(frame.report.faults));
      tables.processes.update(frame.report.processes);
      notes.update(model);
    },
  };
}

const NOTHING_WRONG = "No call failed and no event was lost.";
