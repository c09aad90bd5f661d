import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Methods, type StartParams } from "#protocol/messages";
import { connectEditor, type Editor } from "./testing/connect";
import { emptyFrame } from "./testing/frame";

const attach: StartParams = { kind: "attach", pids: [41], file: "/tmp/a.faultscope" };
const received = (editor: Editor, method: string): unknown[] => editor.received.get(method) ?? [];
const phases = (editor: Editor): string[] =>
  received(editor, Methods.state).map((state) => (state as { phase: string }).phase);

let editor: Editor;
beforeEach(async () => {
  editor = await connectEditor();
});
afterEach(() => {
  vi.useRealTimers();
  editor.client.dispose();
});

describe("start and stop", () => {
  it("needs no recorder until the first session", async () => {
    expect(await editor.client.sendRequest(Methods.snapshot)).toEqual({ state: { phase: "idle" }, frame: null });
    expect(await editor.client.sendRequest(Methods.stop)).toEqual({ file: null });
    await editor.client.sendNotification(Methods.visible, { visible: true });
    await editor.settled();
    expect(editor.made()).toBe(0);
  });

  it("tells the recorder what to record and the editor what came of it", async () => {
    expect(await editor.client.sendRequest(Methods.start, attach)).toEqual({ problem: null });
    expect(editor.recorder.started).toEqual(attach);
    expect(await editor.client.sendRequest(Methods.stop)).toEqual({ file: attach.file });
    expect(phases(editor)).toEqual(["recording", "recorded"]);
    expect(editor.made()).toBe(1);
  });

  it("gives a launched program a file for its output and nothing to read", async () => {
    const launch: StartParams = {
      kind: "launch",
      command: "./gc",
      args: ["--fast"],
      cwd: "/src",
      file: "/tmp/gc.faultscope",
      output: "/tmp/gc.log",
    };
    await editor.client.sendRequest(Methods.start, launch);
    expect(editor.recorder.started).toEqual({ ...launch, stdin: "ignore" });
  });

  it("passes a problem on as the answer, not as an error", async () => {
    const problem = { code: "no-privilege", message: "May not trace.", remedy: "Run `sudo setcap …`." };
    editor.recorder.problem = problem;
    expect(await editor.client.sendRequest(Methods.start, attach)).toEqual({ problem });
  });

  it("makes a problem of an exception, logs it and goes on", async () => {
    editor.recorder.failure = new Error("the worker died");
    const answer: unknown = await editor.client.sendRequest(Methods.start, attach);
    expect(answer).toMatchObject({
      problem: { code: "internal", message: expect.stringContaining("the worker died") },
    });
    expect(JSON.stringify(received(editor, "window/logMessage"))).toContain("the worker died");
    expect(editor.recorder.calls).toContain("dispose");
    expect(await editor.client.sendRequest(Methods.start, attach)).toEqual({ problem: null });
    expect(editor.made()).toBe(2);
  });

  it("never disturbs a running recording", async () => {
    await editor.client.sendRequest(Methods.start, attach);
    for (const [method, params] of [
      [Methods.start, attach],
      [Methods.open, { file: "/tmp/b.faultscope" }],
    ] as const) {
      expect(await editor.client.sendRequest(method, params)).toMatchObject({ problem: { code: "busy" } });
    }
    expect(editor.recorder.calls.filter((call) => call !== "visible false")).toEqual(["start attach"]);
  });

  it("cancels opening a file when something else is asked for", async () => {
    await editor.client.sendRequest(Methods.open, { file: "/tmp/small.faultscope" });
    editor.recorder.emit("state", { phase: "opening", file: "/tmp/big.faultscope", readBytes: 1, totalBytes: 9 });
    expect(await editor.client.sendRequest(Methods.start, attach)).toEqual({ problem: null });
    expect(editor.recorder.calls.slice(-2)).toEqual(["stop", "start attach"]);
  });
});

describe("figures", () => {
  beforeEach(async () => {
    await editor.client.sendRequest(Methods.start, attach);
  });

  it("sends frames to visible views only", async () => {
    editor.recorder.emit("frame", emptyFrame(1));
    await editor.client.sendNotification(Methods.visible, { visible: true });
    await editor.settled();
    expect(editor.recorder.calls).toContain("visible true");
    editor.recorder.emit("frame", emptyFrame(2));
    await editor.client.sendNotification(Methods.visible, { visible: false });
    await editor.settled();
    editor.recorder.emit("frame", emptyFrame(3));
    await editor.settled();
    expect(received(editor, Methods.frame)).toEqual([emptyFrame(2)]);
  });

  it("sends at most ten frames and ten progress messages a second, the newest last", async () => {
    await editor.client.sendNotification(Methods.visible, { visible: true });
    await editor.settled();
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    for (let i = 1; i <= 1000; i += 1) {
      editor.recorder.emit("frame", emptyFrame(i));
      editor.recorder.emit("progress", { elapsedNs: i, events: i, lost: 0, fileBytes: 1, busiest: null });
      vi.advanceTimersByTime(1);
    }
    vi.advanceTimersByTime(100);
    vi.useRealTimers();
    await editor.settled();
    const frames = received(editor, Methods.frame) as { sequence: number }[];
    const progress = received(editor, Methods.progress);
    expect(frames.length).toBeGreaterThanOrEqual(10);
    expect(frames.length).toBeLessThanOrEqual(11);
    expect(frames.at(-1)?.sequence).toBe(1000);
    expect(progress.length).toBeLessThanOrEqual(11);
    expect(progress.at(-1)).toEqual({ elapsedNs: 1000, events: 1000, lost: 0 });
  });

  it("answers a snapshot, seen or not", async () => {
    editor.recorder.frame = emptyFrame(8);
    expect(await editor.client.sendRequest(Methods.snapshot)).toEqual({
      state: editor.recorder.state,
      frame: emptyFrame(8),
    });
  });

  it("sends the last figures before the state that ends them", async () => {
    const order: string[] = [];
    editor.client.onNotification(Methods.progress, (params: { events: number }) => {
      order.push(`events ${params.events}`);
    });
    editor.client.onNotification(Methods.state, (state: { phase: string }) => {
      order.push(state.phase);
    });
    for (const events of [1, 2, 3]) {
      editor.recorder.emit("progress", { elapsedNs: 1, events, lost: 0, fileBytes: 1, busiest: null });
    }
    await editor.client.sendRequest(Methods.stop);
    expect(order).toEqual(["events 1", "events 3", "recorded"]);
  });
});
