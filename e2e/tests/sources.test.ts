import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { picturesOfFailures } from "../harness/failures.ts";
import { until } from "../harness/until.ts";
import { startVscode, type Vscode } from "../harness/vscode.ts";
import { createWorkspace, type Workspace } from "../harness/workspace.ts";

const FILE = "hazards/fork_after_write.c";

describe("the sources of a workspace", () => {
  let workspace: Workspace;
  let vscode: Vscode;
  picturesOfFailures(() => vscode);

  beforeAll(async () => {
    workspace = createWorkspace();
    vscode = await startVscode({
      folder: workspace.folder,
      // The lines that stick to the top would cover the lightbulb of the line below them.
      settings: { "files.autoSave": "off", "editor.stickyScroll.enabled": false },
    });
  });

  afterAll(async () => {
    await vscode.stop();
    workspace.remove();
  });

  it("are checked as a whole, and what is found is in Problems without any file open", async () => {
    await vscode.workbench.command("Faultscope: Check Workspace");
    await vscode.workbench.notification(/warnings?.* in \d+ files\./).waitFor();
    const rows = await vscode.workbench.problems();
    await rows.filter({ hasText: "ebusy-fork" }).first().waitFor();
    await rows.filter({ hasText: "eexist-populated" }).first().waitFor();
    expect(await vscode.page.locator(".tabs-container .tab").count()).toBe(0);
    await vscode.shot("check-workspace-dark");
    await vscode.workbench.clearNotifications();
  });

  it("explain a name under the pointer", async () => {
    const rows = await vscode.workbench.problems();
    await rows.filter({ hasText: "ebusy-fork" }).first().dblclick();
    await vscode.workbench.editorTab(FILE).waitFor();
    const name = vscode.page.locator(".view-lines").getByText("UFFDIO_MOVE", { exact: true }).first();
    await name.hover();
    const hover = vscode.page.locator(".monaco-hover").filter({ hasText: "Moves pages from src to dst" });
    await hover.first().waitFor();
    expect(await hover.first().textContent()).toContain("since Linux 6.8");
    await vscode.shot("hover-dark");
    await vscode.page.keyboard.press("Escape");
  });

  it("are put right through the lightbulb, and the problem is gone", async () => {
    const rows = await vscode.workbench.problems();
    await rows.filter({ hasText: "ebusy-fork" }).first().dblclick();
    await vscode.workbench.squiggles("warning").first().waitFor();
    await vscode.page.locator(".lightBulbWidget:visible, [class*='gutter-lightbulb']:visible").first().click();
    const action = vscode.page.locator(".action-widget").getByText(/Set MADV_DONTFORK on src/);
    await action.waitFor();
    await vscode.shot("lightbulb-dark");
    await action.click();
    await until("the problem is gone", async () => {
      const texts = await (await vscode.workbench.problems()).allTextContents();
      return !texts.some((text) => text.includes("ebusy-fork"));
    });
    await vscode.workbench.command("File: Save");
    await until("the file has the call", async () =>
      /madvise\(src, page, MADV_DONTFORK\);/.test(readFileSync(workspace.path(FILE), "utf8")),
    );
  });

  it("left no error behind in console, extension host and logs", () => {
    expect(vscode.errors()).toEqual([]);
  });
});
