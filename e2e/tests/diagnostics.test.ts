import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { picturesOfFailures } from "../harness/failures.ts";
import { until } from "../harness/until.ts";
import { startVscode, type Vscode } from "../harness/vscode.ts";
import { createWorkspace, type Workspace } from "../harness/workspace.ts";

describe("a source with a hazard, in a workspace nobody vouched for", () => {
  let workspace: Workspace;
  let vscode: Vscode;
  picturesOfFailures(() => vscode);

  beforeAll(async () => {
    workspace = createWorkspace();
    vscode = await startVscode({
      folder: workspace.folder,
      trusted: false,
      settings: { "security.workspace.trust.startupPrompt": "never", "security.workspace.trust.banner": "never" },
    });
  });

  afterAll(async () => {
    await vscode.stop();
    workspace.remove();
  });

  it("underlines the call that fails and tells the cause beside it", async () => {
    await vscode.workbench.openFile("hazards/fork_after_write.c");
    const rows = await vscode.workbench.problems();
    const problem = rows.filter({ hasText: "ebusy-fork" }).first();
    await problem.waitFor();
    await problem.dblclick();
    await vscode.workbench.squiggles("warning").first().waitFor();
    // The related location, the fork, is a row of its own below the problem.
    await problem.click();
    await vscode.page.keyboard.press("ArrowRight");
    await until("the related location is listed", async () => (await rows.count()) >= 3);
    expect(await rows.allTextContents()).toContainEqual(expect.stringMatching(/fork/i));
    await vscode.shot("diagnostics-dark");
  });

  it("has nothing to say about the program that was put right", async () => {
    await vscode.workbench.command("View: Close All Editors");
    await vscode.workbench.openFile("hazards/fork_after_write_fixed.c");
    await vscode.workbench.openFile("hazards/copy_then_move.c");
    const rows = await vscode.workbench.problems();
    // The file opened last has its finding; the one opened before it, still open, would have had it earlier.
    await rows.filter({ hasText: "eexist-populated" }).first().waitFor();
    expect((await rows.allTextContents()).filter((text) => text.includes("fork_after_write_fixed.c"))).toEqual([]);
  });

  it("does not attach to anything here", async () => {
    await vscode.workbench.command("Faultscope: Attach to Process…");
    await vscode.workbench.notification(/only in a trusted workspace/).waitFor();
    await vscode.shot("untrusted-dark");
  });

  it("left no error behind in console, extension host and logs", () => {
    expect(vscode.errors()).toEqual([]);
  });
});
