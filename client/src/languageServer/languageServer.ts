/** The one language server of a window: started when first needed, restarted on request, typed requests. */
import type { ChildProcess } from "node:child_process";
import { randomUUID } from "node:crypto";
import * as vscode from "vscode";
import {
  CloseAction,
  ErrorAction,
  LanguageClient,
  type LanguageClientOptions,
  State,
  WorkDoneProgress,
} from "vscode-languageclient/node";
import {
  type CheckMethod,
  type ClientOptions,
  type DoctorMethod,
  type FrameMethod,
  Methods,
  type OpenMethod,
  PROTOCOL_VERSION,
  type ProgressMethod,
  type SnapshotMethod,
  type StartMethod,
  type StateMethod,
  type StopMethod,
  type TargetsMethod,
} from "#protocol/messages";
import { SOURCE_LANGUAGES } from "../model/names";
import type { SessionMirror } from "../model/sessionMirror";
import { Signal } from "../model/signal";
import { readSetting } from "../settings";
import { startServerProcess, transportsOf, waitForEnd } from "./process";

type Request = TargetsMethod | DoctorMethod | StartMethod | StopMethod | OpenMethod | SnapshotMethod;
type Of<M extends Request["method"]> = Extract<Request, { method: M }>;

export type ServerHealth = "stopped" | "starting" | "running" | "failed";

/** How long the server may take to complete a recording before we go on without its word. VS Code grants about five seconds. */
const STOP_MS = 4500;
/** More unexpected ends than this within the time, and the server is left stopped. */
const MAX_DEATHS = 3;
const DEATHS_MS = 180_000;

export class LanguageServer {
  #client: LanguageClient | undefined;
  #starting: Promise<LanguageClient> | undefined;
  #restarting: Promise<void> | undefined;
  #child: ChildProcess | undefined;
  #health: ServerHealth = "stopped";
  #deaths: readonly number[] = [];
  readonly #changed = new Signal<ServerHealth>();
  readonly onHealth = this.#changed.on;

  constructor(
    readonly extensionUri: vscode.Uri,
    readonly log: vscode.LogOutputChannel,
    readonly session: SessionMirror,
  ) {}

  get health(): ServerHealth {
    return this.#health;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Starts the server unless it runs. Rejects with the reason when it does not start. */
  async ensure(): Promise<LanguageClient> {
    if (this.#client?.state === State.Running) return this.#client;
    this.#starting ??= this.#start().finally(() => {
      this.#starting = undefined;
    });
    return this.#starting;
  }

  async request<M extends Request["method"]>(method: M, params: Of<M>["params"]): Promise<Of<M>["result"]> {
    const client = await this.ensure();
    return params === null ? client.sendRequest(method) : client.sendRequest(method, params);
  }

  /**
   * Checks every source of the workspace; findings come as diagnostics. Rejects when it is cancelled or cannot be done.
   * @param onProgress gets the percentage that is done, where it is known, and a few words
   */
  async checkWorkspace(
    token: vscode.CancellationToken,
    onProgress: (percentage: number | undefined, message: string | undefined) => void,
  ): Promise<CheckMethod["result"]> {
    const client = await this.ensure();
    const workDoneToken = randomUUID();
    const listening = client.onProgress(WorkDoneProgress.type, workDoneToken, (value) => {
      if (value.kind !== "end") onProgress(value.percentage, value.message);
    });
    try {
      return await client.sendRequest<CheckMethod["result"]>(Methods.check, { workDoneToken }, token);
    } finally {
      listening.dispose();
    }
  }

  /** Tells a running server; one that is not running need not know. */
  async tellVisible(visible: boolean): Promise<void> {
    if (this.#client?.state === State.Running) await this.#client.sendNotification(Methods.visible, { visible });
  }

  /** A restart during a restart joins it. */
  restart(): Promise<void> {
    this.#restarting ??= (async () => {
      await this.stop();
      await this.ensure();
    })().finally(() => {
      this.#restarting = undefined;
    });
    return this.#restarting;
  }

  /** Resolves when the recording is complete and the server has ended, or after a few seconds. */
  async stop(): Promise<void> {
    // One that is starting is let start first: the library cannot stop it.
    await this.#starting?.catch(() => undefined);
    const [client, child] = [this.#client, this.#child];
    this.#client = undefined;
    this.#child = undefined;
    try {
      await client?.stop(STOP_MS);
    } catch (error) {
      this.log.warn(`The language server did not stop in time; it completes the recording by itself. ${String(error)}`);
    }
    if (child !== undefined) await waitForEnd(child);
    this.#set("stopped");
    this.session.serverGone();
  }

  async #start(): Promise<LanguageClient> {
    await this.#client?.dispose().catch((error: unknown) => this.log.warn(String(error)));
    this.#set("starting");
    const client = new LanguageClient("faultscope", "Faultscope", () => this.#spawn(), this.#options());
    this.#client = client;
    client.onNotification(Methods.state, (state: StateMethod["params"]) => this.session.setState(state));
    client.onNotification(Methods.progress, (progress: ProgressMethod["params"]) => this.session.setProgress(progress));
    client.onNotification(Methods.frame, (frame: FrameMethod["params"]) => this.session.setFrame(frame));
    client.onDidChangeState(({ newState }) => {
      if (this.#client !== client) return;
      if (newState === State.Running) this.#set("running");
      if (newState === State.Stopped) this.#onDeath();
    });
    try {
      await client.start();
      return client;
    } catch (error) {
      this.#set("failed");
      throw new Error(
        `The Faultscope language server did not start: ${error instanceof Error ? error.message : error}`,
      );
    }
  }

  /** The server went without being asked. It is started again, unless that has not helped lately. */
  #onDeath(): void {
    const wasRunning = this.#health === "running";
    this.#set("failed");
    this.session.serverGone();
    const now = Date.now();
    this.#deaths = [...this.#deaths.filter((at) => now - at < DEATHS_MS), now];
    if (!wasRunning || this.#deaths.length > MAX_DEATHS) {
      this.log.error(
        "The language server is left stopped: it ended too often. Restart it with Faultscope: Restart Language Server.",
      );
      return;
    }
    this.ensure().catch((error: unknown) => this.log.error(String(error)));
  }

  async #spawn() {
    const module = vscode.Uri.joinPath(this.extensionUri, "dist", "server.cjs").fsPath;
    this.#child = startServerProcess(module, this.log);
    return transportsOf(this.#child);
  }

  #options(): LanguageClientOptions {
    const initializationOptions: ClientOptions = {
      protocolVersion: PROTOCOL_VERSION,
      probeCommand: readSetting("faultscope.probe.command"),
    };
    return {
      documentSelector: SOURCE_LANGUAGES.flatMap((language) => [
        { scheme: "file", language },
        { scheme: "untitled", language },
      ]),
      outputChannel: this.log,
      initializationOptions,
      diagnosticPullOptions: { onChange: true, onSave: true },
      errorHandler: {
        error: () => ({ action: ErrorAction.Continue }),
        // The library's restart would race with ours.
        closed: () => ({ action: CloseAction.DoNotRestart, handled: true }),
      },
    };
  }

  #set(health: ServerHealth): void {
    this.#health = health;
    this.#changed.fire(health);
  }
}
