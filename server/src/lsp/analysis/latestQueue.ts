/**
 * Questions by key that are answered one at a time. Questions about the same key join while they wait: they are asked
 * once, as late as possible, and all get that answer, which is the newest there is.
 */
import { type CancellationToken, LSPErrorCodes, ResponseError } from "vscode-languageserver";

interface Waiter<A> {
  resolve(answer: A): void;
  reject(reason: unknown): void;
}

/** Questions that were taken to be answered. */
export interface Taken<A> {
  readonly key: string;
  /** True once nobody waits for the answer any more. */
  readonly isAbandoned: boolean;
  settle(answer: A): void;
  fail(reason: unknown): void;
}

export class LatestQueue<A> {
  readonly #waiting = new Map<string, Set<Waiter<A>>>();

  /** Adds a question. Its promise rejects as cancelled the moment `token` is, also after it was taken. */
  add(key: string, token: CancellationToken): Promise<A> {
    if (token.isCancellationRequested) return Promise.reject(cancelled());
    const group = this.#waiting.get(key) ?? new Set<Waiter<A>>();
    this.#waiting.set(key, group);
    return new Promise<A>((resolve, reject) => {
      const waiter: Waiter<A> = { resolve, reject };
      group.add(waiter);
      token.onCancellationRequested(() => {
        group.delete(waiter);
        if (group.size === 0 && this.#waiting.get(key) === group) this.#waiting.delete(key);
        reject(cancelled());
      });
    });
  }

  /** The questions that have waited longest; undefined: none wait. */
  take(): Taken<A> | undefined {
    for (const [key, group] of this.#waiting) {
      this.#waiting.delete(key);
      return {
        key,
        get isAbandoned() {
          return group.size === 0;
        },
        settle: (answer) => group.forEach((waiter) => void waiter.resolve(answer)),
        fail: (reason) => group.forEach((waiter) => void waiter.reject(reason)),
      };
    }
    return undefined;
  }
}

/** Without data: the editor's library asks again if it still wants to know. */
function cancelled(): ResponseError {
  return new ResponseError(LSPErrorCodes.RequestCancelled, "The request was cancelled.");
}
