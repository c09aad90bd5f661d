/** Shows what a launched program prints, in a terminal that follows the file it prints into. */
import { basename } from "node:path";
import * as vscode from "vscode";

const SUFFIX = "(Faultscope)";

/** Replaces the terminal of the program launched before. The terminal is not brought up: the panel is what was asked for. */
export function followOutput(command: string, file: string): void {
  for (const terminal of vscode.window.terminals) {
    if (terminal.name.endsWith(SUFFIX)) terminal.dispose();
  }
  vscode.window.createTerminal({
    name: `${basename(command)} ${SUFFIX}`,
    shellPath: "tail",
    shellArgs: ["-n", "+1", "-F", "--", file],
    isTransient: true,
  });
}
