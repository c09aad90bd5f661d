import { expect, it } from "vitest";
import type { Target } from "#protocol/session";
import { INITIAL_MODEL } from "../../state/store";
import { silence } from "./waiting";

const target = (pid: number, fds: readonly number[]): Target => ({
  pid,
  command: "compactor",
  user: "me",
  fds,
  registeredBytes: 2 ** 29,
  pendingFaults: 0,
});
const told = (pids: readonly number[], targets: readonly Target[]): string =>
  silence(
    { ...INITIAL_MODEL, targets },
    pids.map((pid) => ({ pid, command: "compactor" })),
  ).replace(/\u00a0/g, " ");

it("says what a silent target has registered, and where", () => {
  const others = [target(9, [3])];
  expect(told([1], others)).toBe("compactor has made no UFFDIO call and raised no fault.");
  expect(told([1], [...others, target(1, [5, 6])])).toMatch(/: 512 MiB on fd 5 and 6\.$/);
  expect(told([1, 2], [target(1, [5, 6]), target(2, [5])])).toMatch(/: 1\.00 GiB on 3 userfaultfds\.$/);
});
