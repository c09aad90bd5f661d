/** How an editor is spoken to: over Node's IPC (VS Code) or over stdio (every other editor). */
import {
  IPCMessageReader,
  IPCMessageWriter,
  type MessageReader,
  type MessageWriter,
  StreamMessageReader,
  StreamMessageWriter,
} from "vscode-languageserver/node";

export interface Transport {
  readonly reader: MessageReader;
  readonly writer: MessageWriter;
}

/**
 * Picks the transport from the arguments `--node-ipc` or `--stdio`; one clear sentence when neither fits.
 */
export function openTransport(argv: readonly string[], host: NodeJS.Process): Transport | string {
  if (argv.includes("--node-ipc")) {
    if (host.send === undefined) return "--node-ipc needs a parent that opened an IPC channel.";
    return { reader: new IPCMessageReader(host), writer: new IPCMessageWriter(host) };
  }
  if (argv.includes("--stdio")) {
    return { reader: new StreamMessageReader(host.stdin), writer: new StreamMessageWriter(host.stdout) };
  }
  return "Start the Faultscope language server with --stdio or --node-ipc.";
}
