/** Stands in for the extension: VS Code's API on the window, scenes by name, a live stream, and a stopwatch. */
import type { WebviewToHost } from "#protocol/panel";
import { syntheticFrame } from "./fixtures";
import { SCENES } from "./scenes";

interface Harness {
  readonly sent: WebviewToHost[];
  show(scene: string): Promise<void>;
  /** Delivers one live frame. */
  live(sequence: number): Promise<void>;
  /** What the page gave VS Code to keep. */
  stored(): unknown;
  /** Milliseconds of script for each of `frames` live frames, drawing included. */
  measure(frames: number): Promise<number[]>;
}

declare global {
  interface Window {
    harness: Harness;
    acquireVsCodeApi: () => unknown;
  }
}

const sent: WebviewToHost[] = [];
let stored: unknown;

window.acquireVsCodeApi = () => ({
  postMessage: (message: WebviewToHost) => sent.push(message),
  getState: () => stored,
  setState: (state: unknown) => {
    stored = state;
  },
});

/** Delivers a message as the workbench would, without waiting for the next task. */
function deliver(message: unknown): void {
  window.dispatchEvent(new MessageEvent("message", { data: message }));
}

/** Two animation frames: resize observers have reported and their draws are done. */
async function settle(): Promise<void> {
  for (let round = 0; round < 3; round++) {
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 0)));
    await window.faultscopeIdle();
  }
}

window.harness = {
  sent,
  async show(scene) {
    for (const message of SCENES[scene] ?? []) deliver(message);
    await settle();
  },
  async live(sequence) {
    deliver({ type: "frame", frame: syntheticFrame({ sequence, nowS: 30 + sequence * 0.1, findings: true }) });
    await settle();
  },
  stored: () => stored,
  async measure(frames) {
    const times: number[] = [];
    const original = window.requestAnimationFrame;
    for (let index = 0; index < frames; index++) {
      const frame = syntheticFrame({ sequence: 1000 + index, nowS: 30 + index * 0.1 });
      let run: FrameRequestCallback | undefined;
      window.requestAnimationFrame = (callback) => {
        run = callback;
        return 0;
      };
      const start = performance.now();
      deliver({ type: "frame", frame });
      run?.(performance.now());
      // Reading a layout property makes the browser do what it would do before painting.
      void document.body.getBoundingClientRect().height;
      times.push(performance.now() - start);
      window.requestAnimationFrame = original;
      await new Promise((resolve) => requestAnimationFrame(resolve));
    }
    return times;
  },
};
