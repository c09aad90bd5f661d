import { describe, expect, it } from "vitest";
import type { Frame } from "#protocol/frames";
import { frameOf, reportOf } from "../../dev/builders";
import { hasActivity, INITIAL_MODEL, type Model, reduce } from "./store";

const recording = { phase: "recording", targets: [], file: "a.faultscope", startedAtMs: 0, hooks: "" } as const;
const frame = (sequence: number): Frame => frameOf({ sequence });

function started(): Model {
  const message = { type: "snapshot", state: recording, frame: frame(7), targets: [] } as const;
  return reduce(INITIAL_MODEL, message).model;
}

describe("frames", () => {
  it("takes the next frame without asking", () => {
    const step = reduce(started(), { type: "frame", frame: frame(8) });
    expect(step.ask).toBe(false);
    expect(step.model.frame?.sequence).toBe(8);
  });

  it("asks once for a snapshot when a frame is missing, and still shows the newest", () => {
    const gap = reduce(started(), { type: "frame", frame: frame(10) });
    expect(gap.ask).toBe(true);
    expect(gap.model.frame?.sequence).toBe(10);
    const second = reduce(gap.model, { type: "frame", frame: frame(15) });
    expect(second.ask).toBe(false);
    const healed = reduce(second.model, { type: "snapshot", state: recording, frame: frame(16), targets: [] });
    expect(healed.model.awaitsSnapshot).toBe(false);
  });

  it("drops a frame that comes late or twice", () => {
    const model = started();
    expect(reduce(model, { type: "frame", frame: frame(7) }).model).toBe(model);
    expect(reduce(model, { type: "frame", frame: frame(3) }).model).toBe(model);
  });

  it("keeps a frame that overtakes the first snapshot, and does not ask again", () => {
    const step = reduce(INITIAL_MODEL, { type: "frame", frame: frame(3) });
    expect(step).toMatchObject({ ask: false, model: { frame: { sequence: 3 } } });
  });
});

describe("states", () => {
  it("forgets figures when another session begins", () => {
    const starting = reduce(started(), { type: "state", state: { phase: "starting", target: "b" } });
    expect(starting.model.frame).toBeUndefined();
    const state = { phase: "opening", file: "b", readBytes: 0, totalBytes: 1 } as const;
    expect(reduce(started(), { type: "state", state }).model.frame).toBeUndefined();
  });

  it("keeps figures while opening goes on and when a recording ends", () => {
    const opening = { phase: "opening", file: "b", readBytes: 0, totalBytes: 2 } as const;
    const opened = reduce({ ...started(), session: opening }, { type: "state", state: { ...opening, readBytes: 1 } });
    expect(opened.model.frame?.sequence).toBe(7);
    const ended = { phase: "recorded", file: "b", targets: [], durationNs: 1, ended: "stopped" } as const;
    expect(reduce(started(), { type: "state", state: ended }).model.frame?.sequence).toBe(7);
  });
});

it("tells a silent recording from one with losses only", () => {
  expect(hasActivity(undefined)).toBe(false);
  expect(hasActivity(frameOf({}))).toBe(false);
  expect(hasActivity(frameOf({ report: reportOf({ lost: 3 }) }))).toBe(true);
  expect(hasActivity(frameOf({ report: reportOf({ messages: { FORK: 1 } }) }))).toBe(true);
});
