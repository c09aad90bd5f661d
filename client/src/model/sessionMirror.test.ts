import { describe, expect, it } from "vitest";
import type { SessionState } from "#protocol/session";
import { isBusy, SessionMirror } from "./sessionMirror";

const recording: SessionState = { phase: "recording", targets: [], file: "/a", startedAtMs: 0, hooks: "" };

describe("SessionMirror", () => {
  it("tells everyone and remembers", () => {
    const mirror = new SessionMirror();
    const seen: string[] = [];
    const subscription = mirror.onState(({ phase }) => seen.push(phase));
    mirror.setState(recording);
    mirror.setProgress({ elapsedNs: 1, events: 2, lost: 3 });
    subscription.dispose();
    mirror.setState({ phase: "starting", target: "b" });
    expect(seen).toEqual(["recording"]);
    expect(mirror.progress).toBeUndefined();
    expect(isBusy(mirror.state)).toBe(true);
  });

  it("says where the recording is when the server dies", () => {
    const mirror = new SessionMirror();
    mirror.setState(recording);
    mirror.serverGone();
    expect(mirror.state).toMatchObject({ phase: "failed", problem: { message: expect.stringContaining("is in /a") } });
  });

  it("keeps what does not depend on the server", () => {
    const mirror = new SessionMirror();
    const recorded: SessionState = { phase: "recorded", targets: [], file: "/a", durationNs: 1, ended: "stopped" };
    mirror.setState(recorded);
    mirror.serverGone();
    expect(mirror.state).toBe(recorded);
  });
});
