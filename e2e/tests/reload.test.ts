import { readdirSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { reportOf } from "../harness/cli.ts";
import { type Compactor, startCompactor } from "../harness/compactor.ts";
import { picturesOfFailures } from "../harness/failures.ts";
import { Panel } from "../harness/panel.ts";
import { canTrace } from "../harness/privilege.ts";
import { until } from "../harness/until.ts";
import { startVscode, type Vscode } from "../harness/vscode.ts";
import { createWorkspace, type Workspace } from "../harness/workspace.ts";

/** VS Code's server and the extension host that goes with the window may say that nobody listens any more. */
const ofReloading = /Channel has been closed|Unexpected SIGPIPE|Aborted onWillSaveTextDocument-event/;

describe.skipIf(!canTrace)("reloading the window while a recording runs", () => {
  let workspace: Workspace;
  let compactor: Compactor;
  let vscode: Vscode;
  picturesOfFailures(() => vscode);

  beforeAll(async () => {
    workspace = createWorkspace();
    const args = ["--rounds", "0", "--pages", "256", "--pause-us", "1000"];
    compactor = await startCompactor(workspace.compactor, workspace.path("truth.json"), args);
    vscode = await startVscode({ folder: workspace.folder });
  });

  afterAll(async () => {
    compactor.kill();
    await vscode.stop();
    workspace.remove();
  });

  const recordings = (): string[] =>
    readdirSync(workspace.path(".faultscope"))
      .filter((name) => name.endsWith(".faultscope"))
      .sort();

  it("keeps what was recorded and shows it again", async () => {
    await vscode.workbench.command("Faultscope: Attach to Process…");
    await vscode.workbench.pick(/compactor/, `pid ${compactor.pid}`);
    const before = await Panel.find(vscode.page);
    await before.waitForCalls("MOVE", 200);
    const seen = (await before.ioctls()).MOVE?.calls ?? 0;

    await vscode.reload();
    const panel = await Panel.find(vscode.page, "overview", 60_000);
    await until("the panel says Recorded", async () => (await panel.state.textContent()) === "Recorded");
    await panel.idle();
    await vscode.shot("reload-kept-dark");
    const kept = (await panel.ioctls()).MOVE?.calls ?? 0;
    expect(kept).toBeGreaterThanOrEqual(seen);

    const [file] = recordings();
    const report = reportOf(workspace.path(".faultscope", file ?? ""));
    expect(report.ioctls.find(({ op }) => op === "MOVE")?.calls).toBe(kept);
  });

  it("goes on recording the same process", async () => {
    await vscode.workbench.command("Faultscope: Continue Recording");
    const panel = await Panel.find(vscode.page);
    await until("the panel says Recording", async () => (await panel.state.textContent()) === "Recording");
    await panel.waitForCalls("MOVE", 50);
    await vscode.workbench.status(/Faultscope records compactor/).click();
    await until("the panel says Recorded", async () => (await panel.state.textContent()) === "Recorded");
    expect(recordings()).toHaveLength(2);
  });

  it("never harmed the program", async () => {
    expect((await compactor.finish()).verified.wrong).toBe(0);
  });

  it("left no error behind in console, extension host and logs", () => {
    expect(vscode.errors().filter((line) => !ofReloading.test(line))).toEqual([]);
  });
});
