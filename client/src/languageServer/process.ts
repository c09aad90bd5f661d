/** The language server as a child process, spoken to over Node's IPC. */
import { type ChildProcess, fork } from "node:child_process";
import { createInterface } from "node:readline";
import type { LogOutputChannel } from "vscode";
import { IPCMessageReader, IPCMessageWriter, type MessageTransports } from "vscode-languageclient/node";

/**
 * Starts `dist/server.cjs`. The library would kill a server two seconds after asking it to stop, which may be before a
 * recording is complete; this one is asked, told that its channel closes, and trusted to end by itself.
 */
export function startServerProcess(module: string, log: LogOutputChannel): ChildProcess {
  const child = fork(module, ["--node-ipc"], {
    silent: true,
    execArgv: [],
    env: { ...process.env, ELECTRON_RUN_AS_NODE: "1", ELECTRON_NO_ASAR: "1" },
  });
  // Only what is said outside the protocol comes this way, e.g. last words after the channel has closed.
  for (const stream of [child.stdout, child.stderr]) {
    if (stream !== null) createInterface({ input: stream }).on("line", (line) => log.warn(`server: ${line}`));
  }
  child.on("error", (error) => log.error(`The language server did not start: ${error.message}`));
  child.on("exit", (code, signal) => log.info(`The language server ended: ${signal ?? `exit code ${code}`}.`));
  log.info(`Language server: pid ${child.pid ?? "none"}, ${module}`);
  return child;
}

export function transportsOf(child: ChildProcess): MessageTransports {
  return { reader: new IPCMessageReader(child), writer: new IPCMessageWriter(child), detached: true };
}

/** Time between the server's last word and its end. */
const EXIT_MS = 500;

/** Resolves when the process has ended. One that takes longer is let go of: its channel is closed, so it ends by itself. */
export async function waitForEnd(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  if (child.connected) child.disconnect();
  await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, EXIT_MS))]);
}
