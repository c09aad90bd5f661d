/** Wires one connection: handshake, documents, sessions, machine. Knows no transport and no process. */
import {
  type Connection,
  ErrorCodes,
  type InitializeParams,
  type InitializeResult,
  ResponseError,
  TextDocuments,
} from "vscode-languageserver";
import { TextDocument } from "vscode-languageserver-textdocument";
import { type ClientOptions, PROTOCOL_VERSION } from "#protocol/messages";
import type { RecorderHandle } from "../record/handle";
import { initializeResult } from "./capabilities";
import { EditorFeatures } from "./editorFeatures";
import { LazyRecorder } from "./lazyRecorder";
import { type Machine, registerMachine } from "./machine";
import { registerSources } from "./registerSources";
import { Sessions } from "./sessions";

export interface ServerParts {
  readonly version: string;
  readonly machine: Machine;
  /** Makes the recorder when the first session needs it. */
  createRecorder(options: ClientOptions): RecorderHandle;
  /** The bundled analysis thread, `dist/analysis.cjs`. */
  readonly analysisWorker: string;
}

/** Registers everything on `connection`, which the caller then lets listen. */
export function registerServer(connection: Connection, parts: ServerParts): { dispose(): Promise<void> } {
  let options: ClientOptions = { protocolVersion: PROTOCOL_VERSION, probeCommand: [] };
  const recorder = new LazyRecorder(() => parts.createRecorder(options));
  const documents = new TextDocuments(TextDocument);
  const editor = new EditorFeatures(connection);

  connection.onInitialize((params) => {
    options = readOptions(params) ?? options;
    editor.initialize(params);
    return initializeResult(parts.version) satisfies InitializeResult;
  });
  new Sessions(connection, recorder).register();
  registerMachine(connection, parts.machine, () => options.probeCommand);
  const sources = registerSources(connection, documents, editor, parts.analysisWorker);
  documents.listen(connection);
  const dispose = (): Promise<void> => disposeAll([recorder, sources]);
  // Last of all: a connection keeps one handler for this, and this is the one that must run.
  connection.onShutdown(dispose);
  return { dispose };
}

/** Ends everything that runs, at once. One that fails keeps none of the others from ending; its error is passed on. */
async function disposeAll(running: readonly { dispose(): Promise<void> }[]): Promise<void> {
  const ends = await Promise.allSettled(running.map((one) => one.dispose()));
  for (const end of ends) if (end.status === "rejected") throw end.reason;
}

/** `undefined` for an editor that is not ours. Throws when the client is of another version. */
function readOptions(params: InitializeParams): ClientOptions | undefined {
  const sent: Partial<ClientOptions> | null | undefined = params.initializationOptions;
  if (sent?.protocolVersion === undefined) return undefined;
  if (sent.protocolVersion !== PROTOCOL_VERSION) {
    const message =
      `The extension speaks version ${sent.protocolVersion} of the protocol and its server version ${PROTOCOL_VERSION}. ` +
      "Reinstall the extension and reload the window.";
    throw new ResponseError(ErrorCodes.InvalidRequest, message, { retry: false });
  }
  const probeCommand = sent.probeCommand ?? [];
  const isCommand = Array.isArray(probeCommand) && probeCommand.every((part) => typeof part === "string");
  return { protocolVersion: PROTOCOL_VERSION, probeCommand: isCommand ? probeCommand : [] };
}
