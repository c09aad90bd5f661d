import { execFileSync } from "node:child_process";
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { reportOf } from "../harness/cli.ts";
import { picturesOfFailures } from "../harness/failures.ts";
import { Panel } from "../harness/panel.ts";
import { canTrace } from "../harness/privilege.ts";
import { startVscode, type Vscode } from "../harness/vscode.ts";
import { createWorkspace, root, type Workspace } from "../harness/workspace.ts";

describe.skipIf(!canTrace)("opening a recording", () => {
  let workspace: Workspace;
  let vscode: Vscode;
  picturesOfFailures(() => vscode);

  beforeAll(async () => {
    workspace = createWorkspace();
    const cli = join(root, "dist", "cli.cjs");
    const file = workspace.path("sample.faultscope");
    const program = [workspace.compactor, "--rounds", "8", "--pages", "512", "--pause-us", "100", "--fork-at", "4"];
    execFileSync(process.execPath, [cli, "record", "-o", file, "--", ...program], { stdio: "pipe" });
    const bytes = readFileSync(file);
    writeFileSync(workspace.path("cut-off.faultscope"), bytes.subarray(0, Math.floor(bytes.length * 0.6)));
    writeFileSync(workspace.path("foreign.faultscope"), "this is no recording\n".repeat(20));
    copyFileSync(file, workspace.path("copy.faultscope"));
    vscode = await startVscode({ folder: workspace.folder, theme: "high-contrast" });
  });

  afterAll(async () => {
    await vscode.stop();
    workspace.remove();
  });

  const open = async (name: string): Promise<void> => {
    await vscode.workbench.command("View: Close All Editors");
    await vscode.workbench.openFile(name);
  };

  it("shows the figures the command line prints", async () => {
    await open("sample.faultscope");
    const panel = await Panel.find(vscode.page);
    await panel.idle();
    await vscode.shot("recording-high-contrast");
    const report = reportOf(workspace.path("sample.faultscope"));
    const shown = await panel.ioctls();
    expect(Object.keys(shown).sort()).toEqual(report.ioctls.map(({ op }) => op).sort());
    for (const { op, calls, ok, partial } of report.ioctls) {
      expect({ op, ...shown[op] }).toEqual({ op, calls, failed: calls - ok - partial });
    }
    expect(report.ioctls.find(({ op }) => op === "MOVE")?.errors.EBUSY).toBeGreaterThan(0);
  });

  it("shows the part of a recording that was cut off, and says so", async () => {
    await open("cut-off.faultscope");
    const panel = await Panel.find(vscode.page);
    await panel.idle();
    const report = reportOf(workspace.path("cut-off.faultscope"));
    const move = report.ioctls.find(({ op }) => op === "MOVE");
    expect(move?.calls).toBeGreaterThan(0);
    expect((await panel.ioctls()).MOVE?.calls).toBe(move?.calls);
    expect(report.notes.join(" ")).toMatch(/cut off|incomplete|does not end/i);
    await panel.text
      .getByText(/cut off|incomplete|does not end/i)
      .first()
      .waitFor();
  });

  it("says in a sentence that a foreign file is no recording", async () => {
    await open("foreign.faultscope");
    const panel = await Panel.find(vscode.page, "failed");
    await panel.text.getByRole("heading", { name: "not a Faultscope recording" }).waitFor();
    await panel.idle();
    await vscode.shot("recording-foreign-high-contrast");
    expect(await panel.text.textContent()).not.toMatch(/at \w+ \(|Error:/);
  });

  it("left no error behind in console, extension host and logs", () => {
    expect(vscode.errors()).toEqual([]);
  });
});
