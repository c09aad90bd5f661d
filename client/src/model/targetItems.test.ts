import { describe, expect, it } from "vitest";
import type { Target } from "#protocol/session";
import { pickerRows } from "./targetItems";

const target = (pid: number, command: string): Target => ({
  pid,
  command,
  user: "me",
  fds: [5, 6],
  registeredBytes: 2 ** 30,
  pendingFaults: 0,
});
const plain = (text: string): string => text.replace(/[\u202f\u00a0]/g, " ");

describe("pickerRows", () => {
  it("puts last time's program first, then the newest", () => {
    const targets = [target(1, "/bin/a"), target(3, "/bin/c --x"), target(2, "/bin/b")];
    const rows = pickerRows({ targets, unreadable: 0 }, "/bin/b");
    expect(rows.map(({ label }) => label)).toEqual(["b", "c", "a"]);
  });

  it("says what a process holds", () => {
    const [row] = pickerRows(
      { targets: [{ ...target(9, "/bin/gc --fast"), fds: [4], pendingFaults: 1 }], unreadable: 0 },
      undefined,
    );
    expect(row).toMatchObject({ kind: "target", pid: 9, label: "gc", detail: "/bin/gc --fast" });
    expect(plain(row?.description ?? "")).toBe("pid 9, me, 1.00 GiB in fd 4, 1 fault waiting");
  });

  it("says what to do when there is none, and that some could not be seen", () => {
    const rows = pickerRows({ targets: [], unreadable: 132 }, undefined);
    expect(rows.map(({ kind }) => kind)).toEqual(["launch", "doctor"]);
    expect(plain(rows[1]?.description ?? "")).toBe("132 processes could not be looked into");
  });
});
