/** All pages that show the panel. Visible ones are fed, hidden ones are not; the server knows whether there is one. */
import * as vscode from "vscode";
import { Methods } from "#protocol/messages";
import { DisposableList } from "../model/disposables";
import { RecordedTargets } from "../model/recordedTargets";
import { Page, type PageHost } from "./page";
import { handlePageMessage } from "./pageActions";
import type { PageApp } from "./pageApp";
import { preparePage } from "./pageDocument";

/** How often the list of processes is looked at while a page offers it. */
const TARGETS_MS = 3000;

export class Pages {
  readonly #pages = new Set<Page>();
  readonly #lifetime = new DisposableList();
  readonly #recorded: RecordedTargets;
  #toldVisible = false;

  constructor(readonly app: PageApp) {
    const { session, server, log } = app;
    this.#recorded = new RecordedTargets(
      () => server.request(Methods.targets, null),
      (message) => log.warn(message),
    );
    this.#lifetime.add(session.onState((state) => this.#each((page) => page.onState(state))));
    this.#lifetime.add(session.onFrame((frame) => this.#each((page) => page.onFrame(frame))));
    this.#lifetime.add(
      server.onHealth((health) => {
        this.#toldVisible = false;
        if (health === "running") this.#serverIsNew();
      }),
    );
    const timer = setInterval(() => this.#refreshTargets(), TARGETS_MS);
    this.#lifetime.add({ dispose: () => clearInterval(timer) });
  }

  /** Puts the page into a webview. The caller disposes what it gets when the webview goes. */
  add(host: PageHost): { readonly page: Page; dispose(): void } {
    const page = new Page(this.app, host, this.#recorded);
    const messages = host.webview.onDidReceiveMessage((message: unknown) => handlePageMessage(this.app, page, message));
    preparePage(this.app, host.webview);
    this.#pages.add(page);
    this.updateVisibility();
    const dispose = (): void => {
      messages.dispose();
      this.#pages.delete(page);
      this.updateVisibility();
    };
    return { page, dispose };
  }

  /** True while a page that follows the session can be seen. */
  get isShown(): boolean {
    return [...this.#pages].some((page) => page.visible && page.follows);
  }

  /** Called when a page appeared, disappeared or went. */
  updateVisibility(): void {
    const visible = [...this.#pages].some((page) => page.visible);
    if (visible === this.#toldVisible) return;
    this.#toldVisible = visible;
    this.app.background("Telling the server what is visible", this.app.server.tellVisible(visible));
  }

  /** A server that was started anew is told what its predecessor knew. */
  #serverIsNew(): void {
    this.updateVisibility();
    const { state } = this.app.session;
    if (state.phase !== "recorded") return;
    this.app.background("Reading the recording again", this.app.server.request(Methods.open, { file: state.file }));
  }

  dispose(): void {
    this.#lifetime.dispose();
  }

  #each(work: (page: Page) => void): void {
    for (const page of this.#pages) work(page);
  }

  #refreshTargets(): void {
    if (this.app.session.state.phase !== "idle" || this.app.server.health !== "running") return;
    for (const page of this.#pages) {
      if (page.visible && page.follows && vscode.window.state.focused)
        this.app.background("Listing processes", page.refreshTargets());
    }
  }
}
