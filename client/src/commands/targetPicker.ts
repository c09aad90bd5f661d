/** The picker of processes that hold a userfaultfd. It is shown at once and kept up to date while it is open. */
import * as vscode from "vscode";
import { Methods } from "#protocol/messages";
import type { Target, TargetList } from "#protocol/session";
import type { Faultscope } from "../faultscope";
import { type PickerRow, pickerRows } from "../model/targetItems";

type Item = vscode.QuickPickItem & { readonly row: PickerRow };

/** How often processes are looked for while the picker is open. */
const REFRESH_MS = 1000;

/** Undefined when the user chose none; the other rows run their command themselves. */
export async function pickTarget(app: Faultscope): Promise<Target | undefined> {
  const picker = vscode.window.createQuickPick<Item>();
  picker.title = "Attach to a process that holds a userfaultfd";
  picker.placeholder = "Type a part of its command line";
  picker.matchOnDescription = true;
  picker.matchOnDetail = true;
  picker.busy = true;
  picker.show();
  const list = keepListed(app, picker);
  try {
    const row = await chosen(picker);
    if (row === undefined) return undefined;
    if (row.kind === "target") return list.current().targets.find(({ pid }) => pid === row.pid);
    picker.hide();
    await vscode.commands.executeCommand(row.kind === "launch" ? "faultscope.launch" : "faultscope.doctor");
    return undefined;
  } finally {
    list.stop();
    picker.dispose();
  }
}

function chosen(picker: vscode.QuickPick<Item>): Promise<PickerRow | undefined> {
  return new Promise((resolve) => {
    picker.onDidAccept(() => {
      const [item] = picker.selectedItems;
      // Enter before the first list has arrived chooses nothing.
      if (item !== undefined) resolve(item.row);
    });
    picker.onDidHide(() => resolve(undefined));
  });
}

function keepListed(app: Faultscope, picker: vscode.QuickPick<Item>): { current(): TargetList; stop(): void } {
  let list: TargetList = { targets: [], unreadable: 0 };
  let shown = "";
  let open = true;
  const refresh = async (): Promise<void> => {
    while (open) {
      list = await app.server.request(Methods.targets, null);
      const rows = pickerRows(list, app.memory.lastAttached);
      // Equal rows are left alone: setting them anew would move the selection.
      if (open && JSON.stringify(rows) !== shown) {
        shown = JSON.stringify(rows);
        const active = picker.activeItems[0]?.row;
        picker.items = rows.map(toItem);
        const again = picker.items.filter(({ row }) => active !== undefined && sameRow(row, active));
        if (again.length > 0) picker.activeItems = again;
      }
      picker.busy = false;
      await new Promise((resolve) => setTimeout(resolve, REFRESH_MS));
    }
  };
  refresh().catch((error: unknown) => {
    picker.busy = false;
    picker.hide();
    app.background("Listing processes", Promise.reject(error));
  });
  return {
    current: () => list,
    stop: () => {
      open = false;
    },
  };
}

function toItem(row: PickerRow): Item {
  const { label, description, detail } = row;
  return { label, description, detail, row, alwaysShow: row.kind !== "target" };
}

function sameRow(a: PickerRow, b: PickerRow): boolean {
  return a.kind === "target" ? b.kind === "target" && a.pid === b.pid : a.kind === b.kind;
}
