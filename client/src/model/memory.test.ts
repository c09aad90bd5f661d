import { describe, expect, it } from "vitest";
import { Memory } from "./memory";

const store = (entries: Record<string, unknown> = {}) => {
  const map = new Map(Object.entries(entries));
  return {
    get: (key: string) => map.get(key),
    update: async (key: string, value: unknown) => void map.set(key, value),
  };
};

describe("Memory", () => {
  it("returns what it was given", async () => {
    const memory = new Memory(store());
    const running = { file: "/a", targets: [{ pid: 1, command: "gc", identity: "boot:5" }], serverPid: 9 };
    await memory.setRunning(running);
    expect(memory.running).toEqual(running);
    await memory.setRunning(undefined);
    expect(memory.running).toBeUndefined();
    await memory.setLastLaunched("./gc");
    expect(memory.lastLaunched).toBe("./gc");
  });

  it("ignores what another version wrote", () => {
    for (const value of [5, null, {}, { file: 1, targets: [] }, { file: "/a", targets: "x" }]) {
      expect(new Memory(store({ running: value, lastTargets: value })).running).toBeUndefined();
    }
    const odd = new Memory(
      store({ running: { file: "/a", targets: [{ pid: "1" }, { pid: 2, command: "b" }] }, lastLaunched: 3 }),
    );
    expect(odd.running).toEqual({
      file: "/a",
      targets: [{ pid: 2, command: "b", identity: undefined }],
      serverPid: undefined,
    });
    expect(odd.lastLaunched).toBeUndefined();
    expect(odd.lastTargets).toEqual([]);
  });
});
