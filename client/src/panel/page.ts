/** One place where the panel's page is shown: what it is sent, and how long. */
import type * as vscode from "vscode";
import type { Frame } from "#protocol/frames";
import { Methods } from "#protocol/messages";
import type { Problem, SessionState, Target } from "#protocol/session";
import { PageFeed } from "../model/pageFeed";
import type { RecordedTargets } from "../model/recordedTargets";
import { fileOf, isBusy } from "../model/sessionMirror";
import { BUSY_TEXT, noServer } from "../model/words";
import type { PageApp } from "./pageApp";

/** The part of a view, a panel or a custom editor a page needs. */
export interface PageHost {
  readonly webview: vscode.Webview;
  readonly visible: () => boolean;
  /** The recording this page is for; undefined: it follows the session, whatever that shows. */
  readonly file?: string;
}

export class Page {
  readonly #feed: PageFeed;
  /** What a page with a file of its own last showed: the session may be at another file by now. */
  #kept: { readonly state: SessionState; readonly frame: Frame | null } | undefined;
  /** Why this page's file could not be read; it is tried again when the user comes back to it. */
  #refused: Problem | undefined;
  #reading = false;
  /** Processes the page was offered; it may ask to attach to no other. */
  #offered: readonly Target[] = [];

  constructor(
    readonly app: PageApp,
    readonly host: PageHost,
    readonly recorded: RecordedTargets,
  ) {
    this.#feed = new PageFeed((message) => host.webview.postMessage(message));
  }

  get visible(): boolean {
    return this.host.visible();
  }

  /** True when the session's state and frames are this page's. */
  get follows(): boolean {
    return this.host.file === undefined || this.host.file === this.app.session.file;
  }

  isOffered(pid: number): boolean {
    return this.#offered.some((target) => target.pid === pid);
  }

  onState(state: SessionState): void {
    if (!this.visible) return;
    if (!this.follows) {
      // What was in the way has ended. If it is being looked at, it stays: this page waits until the user comes back.
      const free = !isBusy(state) && state.phase !== "opening" && !this.app.pages.isShown;
      if (free && this.#lacksFile) this.#draw();
      return;
    }
    // Figures of a recording that begins or is complete come with a snapshot: nothing of the one before stays.
    if (state.phase === "recording" || state.phase === "recorded") this.#draw();
    else this.#feed.send({ type: "state", state });
  }

  onFrame(frame: Frame): void {
    if (!this.visible || !this.follows) return;
    if (this.host.file !== undefined) this.#kept = { state: this.app.session.state, frame };
    this.#feed.send({ type: "frame", frame });
  }

  /** Sends all the page needs to draw from nothing; reads its file first if it has one that is not in the session. */
  async draw(): Promise<void> {
    try {
      if (this.follows) await this.#sendFollowed();
      else if (this.#kept !== undefined) this.#feed.send({ type: "snapshot", ...this.#kept, targets: [] });
      else if (this.#refused !== undefined) this.#sendProblem(this.#refused);
      else if (isBusy(this.app.session.state)) this.#sendProblem(BUSY_TEXT);
      else await this.openFile();
    } catch (error) {
      this.#sendProblem(noServer(error));
    }
  }

  /** Draws anew when the processes to choose from have changed; otherwise the page is left alone. */
  async refreshTargets(): Promise<void> {
    const { targets } = await this.app.server.request(Methods.targets, null);
    if (JSON.stringify(targets) !== JSON.stringify(this.#offered)) await this.draw();
  }

  /** Puts this page's file into the session. */
  async openFile(): Promise<void> {
    const { file } = this.host;
    if (file === undefined || file === this.app.session.file || isBusy(this.app.session.state)) return;
    this.#reading = true;
    try {
      const { problem } = await this.app.server.request(Methods.open, { file });
      this.#refused = problem ?? undefined;
    } finally {
      this.#reading = false;
    }
    if (this.#refused !== undefined) this.#sendProblem(this.#refused);
  }

  /** True while this page has a file, shows nothing of it, and nobody has tried to read it. */
  get #lacksFile(): boolean {
    return this.#kept === undefined && this.#refused === undefined && !this.#reading;
  }

  #sendProblem(problem: Problem): void {
    this.#feed.send({ type: "snapshot", state: { phase: "failed", problem }, frame: null, targets: [] });
  }

  /** What the targets hold takes a while to list: the session is shown at once, and again when that has come. */
  async #sendFollowed(): Promise<void> {
    await this.#sendSession();
    const { state } = this.app.session;
    if (state.phase === "recording" && (await this.recorded.load(state.file))) await this.#sendSession();
  }

  async #sendSession(): Promise<void> {
    const { server, session } = this.app;
    const idle = session.state.phase === "idle";
    const [{ state, frame }, list] = await Promise.all([
      server.request(Methods.snapshot, null),
      idle ? server.request(Methods.targets, null) : undefined,
    ]);
    // A server that was started anew knows nothing of what its predecessor ended with.
    const current = state.phase === "idle" ? { state: session.state, frame: null } : { state, frame };
    if (!this.follows) return;
    if (this.host.file !== undefined && fileOf(current.state) === this.host.file) this.#kept = current;
    this.#offered = list?.targets ?? [];
    const held = current.state.phase === "recording" ? this.recorded.of(current.state.file) : this.#offered;
    this.#feed.send({ type: "snapshot", ...current, targets: held });
  }

  #draw(): void {
    this.app.background("Drawing the panel", this.draw());
  }
}
