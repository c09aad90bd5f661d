import { expect, it } from "vitest";
import type { SessionState } from "#protocol/session";
import { frameOf } from "../../dev/builders";
import { INITIAL_MODEL } from "../state/store";
import { statusOf } from "./status";

const targets = [
  { pid: 41207, command: "/usr/bin/compactor --json /tmp/truth.json" },
  { pid: 41260, command: "child" },
];
const status = (session: SessionState) =>
  statusOf({ ...INITIAL_MODEL, session, frame: frameOf({ nowNs: 30_040_000_000 }) });

it("tells each state by shape, word and action", () => {
  const recording = { phase: "recording", targets, file: "a", startedAtMs: 0, hooks: "" } as const;
  expect(status(recording)).toMatchObject({
    shape: "disc",
    word: "Recording",
    clock: "0:30.0",
    subject: "compactor",
    about: "pid 41207 and 1 more",
    action: "stop",
  });
  expect(status({ phase: "idle" })).toMatchObject({ shape: "ring", word: "Ready", clock: "", action: undefined });
  const recorded = { phase: "recorded", targets, file: "a", durationNs: 61e9, ended: "" } as const;
  expect(status(recorded)).toMatchObject({ shape: "square", word: "Recorded", clock: "1:01.0", action: "new" });
});

it("shows progress while opening, also of an empty file", () => {
  const opening = { phase: "opening", file: "/tmp/run.faultscope", readBytes: 62, totalBytes: 100 } as const;
  expect(status(opening)).toMatchObject({ word: "Opening", clock: "62.0\u00a0%", about: "run.faultscope" });
  expect(status({ ...opening, readBytes: 0, totalBytes: 0 }).clock).toBe("0\u00a0%");
});

it("has a word before anything is known", () => {
  expect(statusOf(INITIAL_MODEL).word).toBe("Connecting");
});
