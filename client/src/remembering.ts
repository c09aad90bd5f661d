/** Keeps in the workspace's memory that a recording runs, so that the next window knows if this one is cut short. */
import { basename } from "node:path";
import * as vscode from "vscode";
import type { SessionState } from "#protocol/session";
import type { Faultscope } from "./faultscope";
import type { ContextKeys } from "./model/names";
import { processIdentity } from "./model/processIdentity";

export function registerRemembering(app: Faultscope): vscode.Disposable {
  let phase: SessionState["phase"] = "idle";
  setContext("faultscope.phase", phase);
  return app.session.onState((state) => {
    // Reading a file reports its progress as states; the log and the context need each phase once.
    if (state.phase !== phase) {
      phase = state.phase;
      setContext("faultscope.phase", phase);
      app.log.info(describe(state));
    }
    if (!app.closing) app.background("Remembering the recording", remember(app, state));
  });
}

async function remember(app: Faultscope, state: SessionState): Promise<void> {
  if (state.phase !== "recording") {
    if (state.phase === "recorded" || state.phase === "failed") await app.memory.setRunning(undefined);
    return;
  }
  const targets = await Promise.all(
    state.targets.map(async ({ pid, command }) => ({ pid, command, identity: await processIdentity(pid) })),
  );
  // It may have ended while /proc was read.
  if (app.session.state.phase !== "recording" || app.session.file !== state.file || app.closing) return;
  await app.memory.setRunning({ file: state.file, targets, serverPid: app.server.pid });
  await app.memory.setLastTargets(targets);
}

function setContext<K extends keyof ContextKeys>(key: K, value: ContextKeys[K]): void {
  void vscode.commands.executeCommand("setContext", key, value);
}

function describe(state: SessionState): string {
  switch (state.phase) {
    case "failed":
      return `Session failed: ${state.problem.code}: ${state.problem.message} ${state.problem.remedy}`;
    case "recording":
      return `Recording pid ${state.targets.map(({ pid }) => pid).join(", ")} to ${state.file}; ${state.hooks}`;
    case "recorded":
      return `Recorded ${state.file}; ended: ${state.ended}`;
    case "stopping":
    case "opening":
      return `Session ${state.phase}: ${basename(state.file)}`;
    case "starting":
      return `Session starting: ${state.target}`;
    case "idle":
      return "Session idle";
  }
}
