/**
 * When the server ends. The library's own watchdog exits at once when the editor has gone; a recording would be cut off.
 * This one finishes first: the recording gets its end, then the process goes, at the latest after `graceMs`.
 */
import type { InitializeParams, WatchDog } from "vscode-languageserver";

export interface LifetimeHost {
  /** Ends the process. */
  exit(code: number): void;
  /** True while a process of this id exists. */
  isAlive(pid: number): boolean;
  /** Something worth a line in the log, written where it survives the editor. */
  log(text: string): unknown;
}

const PARENT_CHECK_MS = 3000;

export class Lifetime implements WatchDog {
  shutdownReceived = false;
  #ending = false;
  #parentCheck: NodeJS.Timeout | undefined;

  /**
   * @param finish completes a running recording; called once
   * @param graceMs how long `finish` may take before the process goes without it
   */
  constructor(
    readonly host: LifetimeHost,
    readonly finish: () => Promise<void>,
    readonly graceMs: number,
  ) {}

  /** Called by the connection when the editor introduces itself. */
  initialize(params: InitializeParams): void {
    const { processId } = params;
    if (processId === null || this.#parentCheck !== undefined) return;
    this.#parentCheck = setInterval(() => {
      if (!this.host.isAlive(processId)) this.end("the editor's process has gone");
    }, PARENT_CHECK_MS);
    this.#parentCheck.unref();
  }

  /** Called by the connection on `exit`. */
  exit(code: number): void {
    void this.#end(code);
  }

  /** Ends because of something other than the protocol: a closed channel, a signal, a dead editor. */
  end(why: string): void {
    if (!this.#ending && !this.shutdownReceived) this.host.log(`Ending because ${why}.`);
    void this.#end(this.shutdownReceived ? 0 : 1);
  }

  async #end(code: number): Promise<void> {
    if (this.#ending) return;
    this.#ending = true;
    clearInterval(this.#parentCheck);
    const late = new Promise<string>((resolve) => {
      setTimeout(resolve, this.graceMs, `the recording was not complete after ${this.graceMs} ms`).unref();
    });
    const problem = await Promise.race([this.finish().then(() => undefined, String), late]);
    if (problem !== undefined) this.host.log(`Ended unclean: ${problem}.`);
    this.host.exit(code);
  }
}
