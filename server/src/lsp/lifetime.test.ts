import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { InitializeParams } from "vscode-languageserver";
import { Lifetime } from "./lifetime";

const introduce = (processId: number | null) => ({ processId, rootUri: null, capabilities: {} }) as InitializeParams;

describe("lifetime", () => {
  const exits: number[] = [];
  const logged: string[] = [];
  const alive = new Set<number>();
  const host = {
    exit: (code: number) => exits.push(code),
    isAlive: (pid: number) => alive.has(pid),
    log: (text: string) => logged.push(text),
  };

  beforeEach(() => {
    vi.useFakeTimers();
    exits.length = 0;
    logged.length = 0;
    alive.clear();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("finishes the recording before it exits, once", async () => {
    let finish = (): void => undefined;
    const done = vi.fn(
      () =>
        new Promise<void>((resolve) => {
          finish = resolve;
        }),
    );
    const lifetime = new Lifetime(host, done, 5000);
    lifetime.end("the channel closed");
    lifetime.end("a signal came");
    await vi.advanceTimersByTimeAsync(100);
    expect(exits).toEqual([]);
    finish();
    await vi.advanceTimersByTimeAsync(0);
    expect(exits).toEqual([1]);
    expect(done).toHaveBeenCalledTimes(1);
  });

  it("exits clean after shutdown", async () => {
    const lifetime = new Lifetime(host, async () => undefined, 5000);
    lifetime.shutdownReceived = true;
    lifetime.exit(0);
    await vi.advanceTimersByTimeAsync(0);
    expect(exits).toEqual([0]);
    expect(logged).toEqual([]);
  });

  it("does not wait for ever and says so", async () => {
    const lifetime = new Lifetime(host, () => new Promise(() => undefined), 5000);
    lifetime.end("the channel closed");
    await vi.advanceTimersByTimeAsync(5000);
    expect(exits).toEqual([1]);
    expect(logged.join("\n")).toContain("not complete after 5000 ms");
  });

  it("exits although finishing failed, and says why", async () => {
    const lifetime = new Lifetime(host, () => Promise.reject(new Error("disk full")), 5000);
    lifetime.end("the channel closed");
    await vi.advanceTimersByTimeAsync(0);
    expect(exits).toEqual([1]);
    expect(logged.join("\n")).toContain("disk full");
  });

  it("notices an editor that was killed", async () => {
    alive.add(77);
    const lifetime = new Lifetime(host, async () => undefined, 5000);
    lifetime.initialize(introduce(77));
    await vi.advanceTimersByTimeAsync(10_000);
    expect(exits).toEqual([]);
    alive.delete(77);
    await vi.advanceTimersByTimeAsync(3000);
    expect(exits).toEqual([1]);
  });
});
