import { readdirSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { reportOf } from "../harness/cli.ts";
import { counts, type Truth } from "../harness/compactor.ts";
import { picturesOfFailures } from "../harness/failures.ts";
import { Panel } from "../harness/panel.ts";
import { canTrace } from "../harness/privilege.ts";
import { until } from "../harness/until.ts";
import { startVscode, type Vscode } from "../harness/vscode.ts";
import { createWorkspace, type Workspace } from "../harness/workspace.ts";

describe.skipIf(!canTrace)("launching a program", () => {
  let workspace: Workspace;
  let vscode: Vscode;
  picturesOfFailures(() => vscode);

  beforeAll(async () => {
    workspace = createWorkspace();
    vscode = await startVscode({ folder: workspace.folder, theme: "light" });
  });

  afterAll(async () => {
    await vscode.stop();
    workspace.remove();
  });

  it("records every call from the first to the last, and says so in the panel", async () => {
    const options = "--rounds 12 --pages 256 --pause-us 200 --fork-at 3 --json truth.json";
    await vscode.workbench.command("Faultscope: Launch and Trace…");
    await vscode.workbench.answer(`compactor/build/compactor ${options}`);
    const panel = await Panel.find(vscode.page);
    await until("the panel says Recorded", async () => (await panel.state.textContent()) === "Recorded", 60_000);
    await panel.idle();
    await vscode.shot("launch-recorded-light");

    const truth: Truth = JSON.parse(readFileSync(workspace.path("truth.json"), "utf8"));
    const file = readdirSync(workspace.path(".faultscope")).find((name) => name.endsWith(".faultscope"));
    const report = reportOf(workspace.path(".faultscope", file ?? ""));
    expect(report.lost).toBe(0);
    expect(counts(report.ioctls)).toEqual(counts(truth.ioctls));
    const shown = await panel.ioctls();
    for (const { op, calls, ok, partial } of counts(truth.ioctls)) {
      expect({ op, ...shown[op] }).toEqual({ op, calls, failed: calls - ok - partial });
    }
  });

  it("shows the panel on a whole editor tab too", async () => {
    await vscode.workbench.command("Faultscope: Open Panel in Editor");
    await vscode.workbench.command("View: Hide Panel");
    const panel = await Panel.find(vscode.page);
    await panel.idle();
    await vscode.shot("launch-tab-light");
    expect((await panel.ioctls()).MOVE?.calls).toBeGreaterThan(0);
  });

  it("left no error behind in console, extension host and logs", () => {
    expect(vscode.errors()).toEqual([]);
  });
});
