import { afterEach } from "vitest";
import type { Vscode } from "./vscode.ts";

/** Takes a picture of VS Code after each failed test of the surrounding suite: e2e/out/failed-NAME.png. */
export function picturesOfFailures(vscode: () => Vscode): void {
  afterEach(async ({ task }) => {
    if (task.result?.state !== "fail") return;
    await vscode().shot(`failed-${task.name.replace(/\W+/g, "-").slice(0, 60)}`);
  });
}
