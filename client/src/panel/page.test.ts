import { beforeEach, describe, expect, it, vi } from "vitest";
import type { Frame } from "#protocol/frames";
import type { HostToWebview } from "#protocol/panel";
import type { Problem, SessionState } from "#protocol/session";
import { RecordedTargets } from "../model/recordedTargets";
import { SessionMirror } from "../model/sessionMirror";
import { Page } from "./page";
import type { PageApp } from "./pageApp";

const recording = (file: string): SessionState => ({
  phase: "recording",
  targets: [],
  file,
  startedAtMs: 0,
  hooks: "",
});
const recorded = (file: string): SessionState => ({ phase: "recorded", targets: [], file, durationNs: 1, ended: "" });
const frame = (sequence: number) => ({ sequence }) as unknown as Frame;

/** A server that knows files and answers as the real one would, with the states it sends on the way. */
function fakeApp(files: Readonly<Record<string, Problem | null>> = {}) {
  const session = new SessionMirror();
  const opened: string[] = [];
  const server = {
    down: false,
    listed: 0,
    async request(method: string, params: { file: string } | null): Promise<unknown> {
      if (server.down) throw new Error("The Faultscope language server did not start.");
      if (method === "faultscope/snapshot") return { state: session.state, frame: frame(7) };
      if (method === "faultscope/targets") {
        server.listed += 1;
        return { targets: [{ pid: 41 }], unreadable: 0 };
      }
      const file = params?.file ?? "";
      opened.push(file);
      session.setState({ phase: "opening", file, readBytes: 0, totalBytes: 1 });
      const problem = files[file] ?? null;
      session.setState(problem === null ? recorded(file) : { phase: "failed", problem });
      await Promise.resolve();
      return { problem };
    },
  };
  const background = (_: string, work: Promise<unknown>): void => void work;
  const pages = { isShown: false };
  return { session, server, opened, pages, app: { session, server, pages, background } as unknown as PageApp };
}

function show(app: PageApp, session: SessionMirror, file?: string) {
  const list = () => app.server.request("faultscope/targets", null);
  const recorded = new RecordedTargets(list, () => undefined);
  const sent: HostToWebview[] = [];
  const host = {
    shown: true,
    webview: { postMessage: async (message: HostToWebview) => sent.push(message) > 0 },
    visible: () => host.shown,
    ...(file === undefined ? {} : { file }),
  };
  const page = new Page(app, host as never, recorded);
  session.onState((state) => page.onState(state));
  session.onFrame((value) => page.onFrame(value));
  const last = async (): Promise<HostToWebview | undefined> => {
    await new Promise((resolve) => setTimeout(resolve, 5));
    return sent.at(-1);
  };
  return { page, host, sent, last };
}

describe("a page that follows the session", () => {
  let fake: ReturnType<typeof fakeApp>;
  beforeEach(() => {
    fake = fakeApp();
  });

  it("is offered processes while nothing is recorded, and may ask for those only", async () => {
    const { page, last } = show(fake.app, fake.session);
    await page.draw();
    expect(await last()).toMatchObject({ type: "snapshot", state: { phase: "idle" }, targets: [{ pid: 41 }] });
    expect([page.isOffered(41), page.isOffered(1)]).toEqual([true, false]);
  });

  it("gets a snapshot when a recording begins, then frames, and nothing while hidden", async () => {
    const { host, sent, last } = show(fake.app, fake.session);
    fake.session.setState(recording("/a"));
    expect(await last()).toMatchObject({ type: "snapshot", state: { phase: "recording" }, frame: { sequence: 7 } });
    fake.session.setFrame(frame(8));
    expect(await last()).toMatchObject({ type: "frame", frame: { sequence: 8 } });
    host.shown = false;
    const before = sent.length;
    fake.session.setFrame(frame(9));
    fake.session.setState(recorded("/a"));
    await last();
    expect(sent.length).toBe(before);
  });

  it("is told once what the targets hold when a recording begins, and may attach to none of them", async () => {
    const { page, sent, last } = show(fake.app, fake.session);
    fake.session.setState(recording("/a"));
    expect(await last()).toMatchObject({ type: "snapshot", targets: [{ pid: 41 }] });
    expect(sent[0]).toMatchObject({ type: "snapshot", targets: [] });
    expect(page.isOffered(41)).toBe(false);
    await page.draw();
    expect(await last()).toMatchObject({ type: "snapshot", targets: [{ pid: 41 }] });
    expect([fake.server.listed, sent.length]).toEqual([1, 3]);
  });

  it("says so when there is no server", async () => {
    fake.server.down = true;
    const { page, last } = show(fake.app, fake.session);
    await page.draw();
    expect(await last()).toMatchObject({ state: { phase: "failed", problem: { code: "no-server" } } });
  });
});

describe("a page for a file", () => {
  it("reads its file, once", async () => {
    const { app, session, opened } = fakeApp();
    const { page, last } = show(app, session, "/a");
    await page.draw();
    expect(await last()).toMatchObject({ type: "snapshot", state: { phase: "recorded", file: "/a" } });
    await page.draw();
    expect(opened).toEqual(["/a"]);
  });

  it("shows what is wrong with its file and does not try for ever", async () => {
    const problem = { code: "foreign", message: "Not a recording.", remedy: "Open another." };
    const { app, session, opened } = fakeApp({ "/bad": problem });
    const { page, last } = show(app, session, "/bad");
    await page.draw();
    expect(await last()).toMatchObject({ state: { phase: "failed", problem } });
    session.setState({ phase: "idle" });
    session.setState({ phase: "failed", problem });
    expect(await last()).toMatchObject({ state: { phase: "failed", problem } });
    expect(opened).toEqual(["/bad"]);
  });

  it("waits for a recording that runs, then reads its file", async () => {
    const { app, session, opened } = fakeApp();
    session.setState(recording("/live"));
    const { page, last } = show(app, session, "/a");
    await page.draw();
    expect(await last()).toMatchObject({ state: { phase: "failed", problem: { code: "busy" } } });
    session.setState(recorded("/live"));
    await vi.waitFor(() => expect(opened).toEqual(["/a"]));
    expect(await last()).toMatchObject({ state: { phase: "recorded", file: "/a" } });
  });

  it("leaves the session to a recording that is being looked at until the user comes back", async () => {
    const { app, session, opened, pages } = fakeApp();
    pages.isShown = true;
    session.setState(recording("/live"));
    const { page, last } = show(app, session, "/a");
    await page.draw();
    session.setState(recorded("/live"));
    await last();
    expect(opened).toEqual([]);
    await page.openFile();
    expect(await last()).toMatchObject({ state: { phase: "recorded", file: "/a" } });
  });

  it("keeps its picture when the session goes to another file", async () => {
    const { app, session, opened } = fakeApp();
    const { page, last } = show(app, session, "/a");
    await page.draw();
    await last();
    session.setState(recorded("/b"));
    await page.draw();
    expect(await last()).toMatchObject({ state: { file: "/a" }, frame: { sequence: 7 } });
    await page.openFile();
    expect(opened).toEqual(["/a", "/a"]);
  });
});
