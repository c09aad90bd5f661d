/** Launch and Trace…: a command line as an argument, or asked for; the last one is offered again. */
import { homedir } from "node:os";
import { isAbsolute, resolve } from "node:path";
import * as vscode from "vscode";
import type { Faultscope } from "../faultscope";
import { type Program, parseProgram } from "../model/commandArguments";
import { mayRecord, record } from "../record";

/** @param argument a command line, or `{ command, args, cwd }` */
export async function launch(app: Faultscope, argument?: unknown): Promise<boolean> {
  if (!(await mayRecord())) return false;
  const asked = argument === undefined || argument === null ? await askForLine(app) : argument;
  if (asked === undefined) return false;
  const program = parseProgram(asked);
  if (typeof program === "string") throw new Error(program);
  if (typeof asked === "string") await app.memory.setLastLaunched(asked);
  return record(app, { kind: "launch", command: program.command, args: program.args, cwd: cwdOf(app, program) });
}

function askForLine(app: Faultscope): Thenable<string | undefined> {
  const folder = cwdOf(app, { cwd: undefined });
  return vscode.window.showInputBox({
    title: "Launch a program and trace its userfaultfd",
    prompt: `Runs in ${folder}, without a shell.`,
    placeHolder: "./program --option value",
    value: app.memory.lastLaunched ?? "",
    ignoreFocusOut: true,
    validateInput: (line) => {
      const program = parseProgram(line);
      return typeof program === "string" ? program : undefined;
    },
  });
}

function cwdOf(app: Faultscope, { cwd }: Pick<Program, "cwd">): string {
  const folder = app.workspaceFolder?.uri;
  const base = folder?.scheme === "file" ? folder.fsPath : homedir();
  if (cwd === undefined) return base;
  return isAbsolute(cwd) ? cwd : resolve(base, cwd);
}
