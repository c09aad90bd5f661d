import { readdirSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { reportOf } from "../harness/cli.ts";
import { type Compactor, counts, startCompactor, type Truth } from "../harness/compactor.ts";
import { picturesOfFailures } from "../harness/failures.ts";
import { Panel } from "../harness/panel.ts";
import { canTrace } from "../harness/privilege.ts";
import { until } from "../harness/until.ts";
import { startVscode, type Vscode } from "../harness/vscode.ts";
import { createWorkspace, type Workspace } from "../harness/workspace.ts";

/** One story in the order a user lives it; each step needs the ones before. */
describe.skipIf(!canTrace)("attaching to a running program", () => {
  let workspace: Workspace;
  let compactor: Compactor;
  let vscode: Vscode;
  picturesOfFailures(() => vscode);
  let panel: Panel;
  let truth: Truth;

  beforeAll(async () => {
    workspace = createWorkspace();
    const args = ["--hold", "--rounds", "0", "--pages", "256", "--pause-us", "1000", "--fork-every", "5"];
    compactor = await startCompactor(workspace.compactor, workspace.path("truth.json"), args);
    vscode = await startVscode({ folder: workspace.folder });
  });

  afterAll(async () => {
    compactor.kill();
    await vscode.stop();
    workspace.remove();
  });

  it("lists the process in the picker and records it", async () => {
    await vscode.workbench.command("Faultscope: Attach to Process…");
    await vscode.workbench.option(/compactor/).waitFor();
    await vscode.shot("attach-picker-dark");
    await vscode.workbench.pick(/compactor/, `pid ${compactor.pid}`);
    const status = vscode.workbench.status(/Faultscope records compactor/);
    await status.waitFor();
    panel = await Panel.find(vscode.page, "silent");
    await vscode.shot("attach-silent-dark");
  });

  it("shows the chart move and the calls grow", async () => {
    compactor.go();
    panel = await Panel.find(vscode.page, "overview");
    expect(await panel.state.textContent()).toBe("Recording");
    await panel.waitForCalls("MOVE", 0);
    const { MOVE: before } = await panel.ioctls();
    const picture = await panel.pixels("Latency");
    await panel.waitForCalls("MOVE", (before?.calls ?? 0) + 200);
    await until("the latency chart is another picture", async () => (await panel.pixels("Latency")) !== picture);
    await until("the forked child's EBUSY is counted", async () => ((await panel.ioctls()).MOVE?.failed ?? 0) > 0);
    await panel.idle();
    await vscode.shot("attach-recording-dark");
  });

  it("opens the line of a call site in the editor", async () => {
    const site = panel
      .table("Call sites by time")
      .getByRole("button", { name: /evacuate\.c:\d+/ })
      .first();
    const line = Number(/:(\d+)/.exec((await site.textContent()) ?? "")?.[1]);
    await site.click();
    await vscode.workbench.editorTab("evacuate.c").waitFor();
    await until("the cursor is on the call", async () => (await vscode.workbench.cursorLine()) === line);
    await vscode.shot("attach-call-site-dark");
  });

  it("agrees with what the program measured of itself, once it has ended", async () => {
    truth = await compactor.finish();
    expect(truth.verified.wrong).toBe(0);
    await until("the panel says Recorded", async () => (await panel.state.textContent()) === "Recorded");
    await panel.idle();
    const report = reportOf(recording());
    expect(report.lost).toBe(0);
    // The userfaultfd was opened before we attached: its UFFDIO_API is the one call we cannot have seen.
    const expected = counts(truth.ioctls).filter(({ op }) => op !== "API");
    const shown = await panel.ioctls();
    for (const { op, calls, ok, partial } of expected) {
      expect({ op, ...shown[op] }).toEqual({ op, calls, failed: calls - ok - partial });
    }
    expect(counts(report.ioctls)).toEqual(expected);
    expect(report.messages.PAGEFAULT ?? 0).toBe(truth.messages.PAGEFAULT ?? 0);
    await vscode.shot("attach-recorded-dark");
  });

  it("left no error behind in console, extension host and logs", () => {
    expect(vscode.errors()).toEqual([]);
  });

  function recording(): string {
    const name = readdirSync(workspace.path(".faultscope")).find((file) => file.endsWith(".faultscope"));
    if (name === undefined) throw new Error("No recording was written.");
    return workspace.path(".faultscope", name);
  }
});
