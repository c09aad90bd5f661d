/** The way from "the user wants to record this" to a running recording, or to a sentence that says why not. */
import * as vscode from "vscode";
import { Methods, type StartParams } from "#protocol/messages";
import type { Faultscope } from "./faultscope";
import { outputFile } from "./model/recordingFile";
import { isBusy } from "./model/sessionMirror";
import { nameTargets } from "./model/statusText";
import { UNTRUSTED_TEXT } from "./model/words";
import { showPanel } from "./panel/panelView";
import { showStartProblem } from "./permission";
import { followOutput } from "./programOutput";
import { newRecordingFile } from "./recordings";

export type RecordRequest =
  | { readonly kind: "attach"; readonly pids: readonly number[]; readonly name: string }
  | { readonly kind: "launch"; readonly command: string; readonly args: readonly string[]; readonly cwd: string };

/** Resolves true when the recording runs; otherwise the user has been told why not. */
export async function record(app: Faultscope, request: RecordRequest): Promise<boolean> {
  if (!(await mayRecord()) || !(await makeWay(app))) return false;
  const file = await newRecordingFile(app, request.kind === "attach" ? request.name : request.command);
  await showPanel(app);
  const { problem } = await app.server.request(Methods.start, toParams(request, file));
  if (problem !== null) {
    showStartProblem(app, problem, () => record(app, request));
    return false;
  }
  if (request.kind === "launch") followOutput(request.command, outputFile(file));
  return true;
}

/** Recording reaches into processes: not on the word of a workspace nobody vouched for. */
export async function mayRecord(): Promise<boolean> {
  if (vscode.workspace.isTrusted) return true;
  const choice = await vscode.window.showWarningMessage(UNTRUSTED_TEXT, "Manage Workspace Trust");
  if (choice !== undefined) await vscode.commands.executeCommand("workbench.trust.manage");
  return false;
}

/** A running recording is ended only when the user says so. */
async function makeWay(app: Faultscope): Promise<boolean> {
  const { state } = app.session;
  if (!isBusy(state)) return true;
  const what =
    "targets" in state
      ? `Faultscope is recording ${nameTargets(state.targets)}.`
      : "Faultscope is busy with a recording.";
  const choice = await vscode.window.showWarningMessage(what, "Stop It and Start the New One");
  if (choice === undefined) return false;
  await app.server.request(Methods.stop, null);
  return true;
}

function toParams(request: RecordRequest, file: string): StartParams {
  if (request.kind === "attach") return { kind: "attach", pids: request.pids, file };
  const { command, args, cwd } = request;
  return { kind: "launch", command, args, cwd, file, output: outputFile(file) };
}
