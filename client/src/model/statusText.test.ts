import { describe, expect, it } from "vitest";
import type { SessionState } from "#protocol/session";
import { nameTargets, statusText } from "./statusText";

const plain = (text: string | undefined): string | undefined => text?.replace(/[\u202f\u00a0]/g, " ");
const recording: SessionState = {
  phase: "recording",
  targets: [{ pid: 41, command: "/opt/gc/compactor --mode move" }],
  file: "/w/.faultscope/compactor.faultscope",
  startedAtMs: 1_000_000,
  hooks: "syscall tracepoints",
};

describe("statusText", () => {
  it("takes no place while nothing is going on", () => {
    expect(statusText({ phase: "idle" }, undefined, 0)).toBeUndefined();
  });

  it("counts from the start before the first figures", () => {
    const status = statusText(recording, undefined, 1_002_500);
    expect(plain(status?.text)).toBe("$(record) 0:02.5  0 events  lost 0");
    expect(status?.command).toBe("faultscope.stop");
  });

  it("shows time, events and losses, and stops on a click", () => {
    const status = statusText(recording, { elapsedNs: 30_040_000_000, events: 183_214, lost: 0 }, 0);
    expect(plain(status?.text)).toBe("$(record) 0:30.0  183 214 events  lost 0");
    expect(status?.severity).toBe("normal");
    expect(plain(status?.label)).toBe("Faultscope records compactor: 183 214 events, lost 0. Click to stop.");
    expect(status?.tooltip).toContain("/w/.faultscope/compactor.faultscope");
  });

  it("says a loss by shape, word and colour", () => {
    const status = statusText(recording, { elapsedNs: 1e9, events: 5, lost: 2310 }, 0);
    expect(plain(status?.text)).toBe("$(record) 0:01.0  5 events  $(warning) lost 2 310");
    expect(status?.severity).toBe("warning");
    expect(plain(status?.tooltip)).toContain("2 310 events were lost: figures are lower bounds.");
  });

  it.each([
    [{ phase: "starting", target: "compactor" }, "$(loading~spin) Attaching to compactor", "faultscope.showPanel"],
    [{ phase: "stopping", file: "/a/b.faultscope" }, "$(loading~spin) Finishing b.faultscope", "faultscope.showPanel"],
    [
      { phase: "opening", file: "/b", readBytes: 62, totalBytes: 100 },
      "$(loading~spin) Opening 62.0 %",
      "faultscope.stop",
    ],
    [{ phase: "opening", file: "/b", readBytes: 0, totalBytes: 0 }, "$(loading~spin) Opening 0 %", "faultscope.stop"],
    [
      { phase: "recorded", file: "/b", targets: [{ pid: 1, command: "gc" }], durationNs: 3e10, ended: "stopped" },
      "$(graph-line) gc 0:30.0",
      "faultscope.showPanel",
    ],
    [
      { phase: "failed", problem: { code: "x", message: "No.", remedy: "Do." } },
      "$(error) Faultscope: not recording",
      "faultscope.showPanel",
    ],
  ] as const)("%j → %s", (state, text, command) => {
    const status = statusText(state, undefined, 0);
    expect(plain(status?.text)).toBe(text);
    expect(status?.command).toBe(command);
  });

  it("names one process, several, or none", () => {
    expect(nameTargets([])).toBe("recording");
    expect(nameTargets([{ pid: 5, command: "" }])).toBe("pid 5");
    expect(
      nameTargets([
        { pid: 1, command: "a b" },
        { pid: 2, command: "c" },
        { pid: 3, command: "d" },
      ]),
    ).toBe("a and 2 more");
  });
});
