import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Compactor, startCompactor } from "../harness/compactor.ts";
import { picturesOfFailures } from "../harness/failures.ts";
import { Panel } from "../harness/panel.ts";
import { canTrace } from "../harness/privilege.ts";
import { startVscode, type Vscode } from "../harness/vscode.ts";
import { createWorkspace, type Workspace } from "../harness/workspace.ts";

describe.skipIf(!canTrace)("what cannot be done", () => {
  let workspace: Workspace;
  let compactor: Compactor;
  let vscode: Vscode;
  picturesOfFailures(() => vscode);

  beforeAll(async () => {
    workspace = createWorkspace();
    compactor = await startCompactor(workspace.compactor, workspace.path("truth.json"), ["--hold"]);
    vscode = await startVscode({ folder: workspace.folder, theme: "light" });
  });

  afterAll(async () => {
    compactor.kill();
    await vscode.stop();
    workspace.remove();
  });

  it("says that there is nothing to stop", async () => {
    await vscode.workbench.command("Faultscope: Stop Recording");
    await vscode.workbench.notification(/is not recording/).waitFor();
    await vscode.workbench.clearNotifications();
  });

  it("offers the process on the panel itself, before anything is recorded", async () => {
    await vscode.workbench.command("Faultscope: Show Panel");
    const panel = await Panel.find(vscode.page, "ready");
    await panel.table("Processes that hold a userfaultfd").getByRole("button", { name: "compactor" }).first().waitFor();
    await panel.idle();
    await vscode.shot("ready-light");
  });

  it("says that a process has gone when it ended while the picker was open", async () => {
    await vscode.workbench.command("Faultscope: Attach to Process…");
    await vscode.workbench.input.fill(`pid ${compactor.pid}`);
    const option = vscode.workbench.option(/compactor/);
    await option.waitFor();
    compactor.kill();
    await option.click();
    await vscode.workbench.notification(new RegExp(`${compactor.pid}`)).waitFor();
    const panel = await Panel.find(vscode.page, "failed");
    await panel.idle();
    await vscode.shot("attach-gone-light");
    await vscode.workbench.clearNotifications();
  });

  it("says that a program to launch does not exist", async () => {
    await vscode.workbench.command("Faultscope: Launch and Trace…");
    await vscode.workbench.answer("./no-such-program");
    await vscode.workbench.notification(/no-such-program/).waitFor();
    await vscode.shot("launch-missing-light");
    await vscode.workbench.clearNotifications();
  });

  it("explains what this machine allows", async () => {
    await vscode.workbench.command("Faultscope: Doctor");
    await vscode.workbench.editorTab("Doctor.md").waitFor();
    await vscode.shot("doctor-light");
  });

  it("left no error behind in console, extension host and logs", () => {
    // VS Code writes each error it shows the user to the console as well: those are the two we provoked.
    const told = [`There is no process ${compactor.pid}`, "./no-such-program is not an executable file"];
    // Its own deadline for what takes part in saving, of which we are none, passes on a machine that is busy.
    const late = "Aborted onWillSaveTextDocument-event";
    const ours = (line: string): boolean =>
      !told.some((text) => line.startsWith(`console: ${text}`)) && !line.includes(late);
    expect(vscode.errors().filter(ours)).toEqual([]);
  });
});
