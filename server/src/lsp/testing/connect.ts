/** A server and its editor in one process, joined by two in-memory streams: real messages, no child process. */
import { PassThrough } from "node:stream";
import type { ClientCapabilities, InitializeResult } from "vscode-languageserver";
import { createConnection } from "vscode-languageserver";
import {
  createProtocolConnection,
  type ProtocolConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from "vscode-languageserver/node";
import { Methods, PROTOCOL_VERSION } from "#protocol/messages";
import type { DoctorCheck, TargetList } from "#protocol/session";
import { registerServer } from "../server";
import { FakeRecorder } from "./fakeRecorder";

export interface Editor {
  readonly client: ProtocolConnection;
  readonly recorder: FakeRecorder;
  /** How often a recorder was made. */
  readonly made: () => number;
  readonly initialized: InitializeResult;
  /** Messages the server sent, by method. */
  readonly received: Map<string, unknown[]>;
  /** Resolves once every message sent before has been handled by the server. */
  settled(): Promise<void>;
}

export interface EditorOptions {
  readonly initializationOptions?: unknown;
  readonly targets?: () => Promise<TargetList>;
  readonly checks?: readonly DoctorCheck[];
  /** The analysis thread's bundle, for tests that open documents. */
  readonly analysisWorker?: string;
  readonly capabilities?: ClientCapabilities;
  /** Address of the folder that is open. */
  readonly rootUri?: string;
}

export async function connectEditor(options: EditorOptions = {}): Promise<Editor> {
  const [toServer, toClient] = [new PassThrough(), new PassThrough()];
  const watchDog = { shutdownReceived: false, initialize: () => undefined, exit: () => undefined };
  const connection = createConnection(
    (logger) => createProtocolConnection(new StreamMessageReader(toServer), new StreamMessageWriter(toClient), logger),
    watchDog,
  );
  const recorder = new FakeRecorder();
  let made = 0;
  registerServer(connection, {
    version: "0.0.0-test",
    machine: {
      listTargets: options.targets ?? (async () => ({ targets: [], unreadable: 0 })),
      examine: async () => options.checks ?? [],
    },
    createRecorder: () => {
      made += 1;
      return recorder;
    },
    analysisWorker: options.analysisWorker ?? "/none/analysis.cjs",
  });
  connection.listen();

  const client = createProtocolConnection(new StreamMessageReader(toClient), new StreamMessageWriter(toServer));
  const received = new Map<string, unknown[]>();
  for (const method of [Methods.state, Methods.progress, Methods.frame, "window/logMessage"]) {
    const list: unknown[] = [];
    received.set(method, list);
    client.onNotification(method, (params: unknown) => {
      list.push(params);
    });
  }
  client.listen();
  const initialized: InitializeResult = await client.sendRequest("initialize", {
    processId: null,
    rootUri: options.rootUri ?? null,
    capabilities: options.capabilities ?? {},
    initializationOptions: options.initializationOptions ?? { protocolVersion: PROTOCOL_VERSION, probeCommand: [] },
  });
  await client.sendNotification("initialized", {});
  const settled = async (): Promise<void> => {
    await client.sendRequest(Methods.targets);
  };
  return { client, recorder, made: () => made, initialized, received, settled };
}
