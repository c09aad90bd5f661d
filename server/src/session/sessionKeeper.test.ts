import { mkdtempSync, openSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { tableFromIPC } from "apache-arrow";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Problem, SessionState } from "#protocol/session";
import type { ExitStatus, RecordParams, Snapshot } from "../record/handle";
import { EventKind } from "../recording/schema";
import { fault, ioctl, message } from "../trace/testing/rows";
import type { Reply, Request } from "./messages";
import { SessionKeeper } from "./sessionKeeper";
import { FakeProbe, fakeAddon } from "./testing/fakeAddon";

const P = 0x7f00_0000_0000;
let folder: string;
let file: string;
let probe: FakeProbe;
let events: Reply[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "faultscope-session-"));
  file = join(folder, "a.faultscope");
  probe = new FakeProbe();
  events = [];
});
afterEach(() => rmSync(folder, { recursive: true }));

function keeperOf(addon = fakeAddon(probe)): SessionKeeper {
  const env = { paths: { worker: "", native: "/native" }, loadAddon: () => addon, makeResolver: () => undefined };
  return new SessionKeeper(env, (reply) => events.push(reply));
}

function ask<T>(keeper: SessionKeeper, name: Request["name"], params: unknown = null): Promise<T> {
  return keeper.answer({ id: 1, name, params } as Request) as Promise<T>;
}

function states(): SessionState[] {
  return events.flatMap((reply) =>
    reply.type === "event" && reply.event === "state" ? [reply.value as SessionState] : [],
  );
}

async function until(condition: () => boolean): Promise<void> {
  for (let waited = 0; !condition(); waited += 5) {
    if (waited > 5000) throw new Error("It did not happen within five seconds.");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

const attach = (more: Partial<RecordParams> = {}): RecordParams =>
  ({ kind: "attach", pids: [process.pid], file, ...more }) as RecordParams;
const ended = (): boolean => states().at(-1)?.phase === "recorded";

describe("recording", () => {
  it("goes from starting over recording to recorded, and the file has every row", async () => {
    const keeper = keeperOf();
    expect(await ask(keeper, "start", attach())).toBeNull();
    for (let n = 0; n < 20_000; n++)
      probe.emit(ioctl("MOVE", 7, n * 1000, n * 1000 + 500, { address: P, pid: process.pid }));
    await until(() => events.some((reply) => reply.type === "event" && reply.event === "progress"));
    expect(await ask(keeper, "stop")).toBe(file);
    expect(states().map(({ phase }) => phase)).toEqual(["starting", "recording", "stopping", "recorded"]);
    expect(states().at(-1)).toMatchObject({ ended: "stopped", targets: [{ pid: process.pid }] });
    expect([probe.stopped, probe.closed]).toEqual([true, true]);
    const table = tableFromIPC(readFileSync(file));
    const kinds = [...((table.getChild("kind")?.toArray() ?? []) as Uint8Array)];
    expect(kinds.filter((kind) => kind === EventKind.Ioctl)).toHaveLength(20_000);
    expect(kinds.at(-1)).toBe(EventKind.End);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it("reopened, gives the same report as it gave live", async () => {
    const keeper = keeperOf();
    await ask(keeper, "start", attach());
    probe.emit(
      message(9, 2000, P),
      ioctl("COPY", 9, 3000, 5000, { address: P }),
      fault(1, P, 1000, 4000, 4500, 9),
      ioctl("MOVE", 9, 6000, 7000, { address: P, errno: 16 }),
    );
    probe.lost = { ...probe.lost, ring: 3, decode: 1 };
    await ask(keeper, "stop");
    const live = await ask(keeper, "report");
    expect(live).toMatchObject({ lost: 4, faults: { total: 1, resolved: 1 } });
    const reader = keeperOf();
    expect(await ask(reader, "open", file)).toBeNull();
    expect(await ask(reader, "report")).toEqual(live);
    expect(states().at(-1)).toMatchObject({ phase: "recorded", ended: "stopped" });
  });

  it("sends frames only while somebody looks, numbered without gaps", async () => {
    const keeper = keeperOf();
    await ask(keeper, "start", attach());
    const frames = () =>
      events.flatMap((reply) => (reply.type === "event" && reply.event === "frame" ? [reply.value] : []));
    await new Promise((resolve) => setTimeout(resolve, 250));
    expect(frames()).toEqual([]);
    await ask(keeper, "setVisible", true);
    await until(() => frames().length >= 2);
    const sequences = frames().map((frame) => (frame as { sequence: number }).sequence);
    expect(sequences).toEqual(sequences.map((_, index) => index));
    await ask(keeper, "stop");
    const { state, frame } = await ask<Snapshot>(keeper, "snapshot");
    expect([state.phase, frame?.report.lost]).toEqual(["recorded", 0]);
  });

  it("ends by itself after its duration, at its size, and when the probe dies", async () => {
    const limits: [RecordParams["limits"], string][] = [
      [{ durationS: 0.05 }, "the duration asked for was reached"],
      [{ maxBytes: 1 }, "the size asked for was reached"],
    ];
    for (const [limit, words] of limits) {
      await ask(keeperOf(), "start", { ...attach(), limits: limit });
      await until(ended);
      expect(states().at(-1)).toMatchObject({ ended: words });
      events = [];
    }
    await ask(keeperOf(), "start", attach());
    probe.ended = "The probe was killed.";
    probe.alive = false;
    await until(ended);
    expect(states().at(-1)).toMatchObject({ ended: "the probe ended unexpectedly: The probe was killed" });
  });

  it("keeps what was written when the file cannot grow, and says so", async () => {
    const keeper = keeperOf();
    await ask(keeper, "start", attach());
    // A descriptor that cannot be written to stands for a full disk.
    const session = (keeper as unknown as { session: { parts: { file: { fd: number } } } }).session;
    session.parts.file.fd = openSync("/dev/null", "r");
    probe.emit(ioctl("MOVE", 7, 1000, 1500));
    await until(ended);
    expect((states().at(-1) as { ended: string }).ended).toMatch(/^recording failed: .*cannot be written/);
    const report = await ask<{ notes: string[] }>(keeper, "report");
    expect(report.notes.join()).toContain("cannot be written");
  });

  it("refuses a second recording while one runs", async () => {
    const keeper = keeperOf();
    await ask(keeper, "start", attach());
    expect(await ask<Problem>(keeper, "start", attach())).toMatchObject({ code: "busy" });
    expect(await ask<Problem>(keeper, "open", file)).toMatchObject({ code: "busy" });
    expect(await ask(keeper, "stop")).toBe(file);
    expect(await ask(keeper, "stop")).toBeNull();
  });
});

describe("what is in the way", () => {
  it("is told as the addon tells it, and leaves no file", async () => {
    const failure = { code: "no-bpf", message: "This kernel has no BPF.", remedy: "Boot another one." };
    const keeper = keeperOf(fakeAddon(probe, failure));
    expect(await ask(keeper, "start", attach())).toEqual(failure);
    expect(states().at(-1)).toEqual({ phase: "failed", problem: failure });
    expect(statSync(file, { throwIfNoEntry: false })).toBeUndefined();
  });

  it("is a missing grant: the command is told as one, with the probe it is for", async () => {
    const failure = { code: "no-privilege", message: "The probe lacks cap_bpf.", remedy: "Grant them with setcap." };
    const problem = await ask<Problem>(keeperOf(fakeAddon(probe, failure)), "start", attach());
    expect(problem.commands).toEqual([expect.stringMatching(/^sudo setcap cap_bpf.*\/probe$/)]);
    expect(problem.remedy).toContain(`\`${problem.commands?.[0]}\``);
  });

  it("is a file that is not ours: it is not overwritten, and nothing is attached", async () => {
    writeFileSync(file, "precious");
    const addon = fakeAddon(probe);
    expect(await ask<Problem>(keeperOf(addon), "start", attach())).toMatchObject({ code: "exists" });
    expect([readFileSync(file, "utf8"), addon.attached]).toEqual(["precious", []]);
  });

  it("is a file that cannot be opened as a recording", async () => {
    writeFileSync(file, "not a recording");
    expect(await ask<Problem>(keeperOf(), "open", file)).toMatchObject({
      code: "not-a-recording",
      message: `${basename(file)} is not a Faultscope recording.`,
    });
    expect(await ask<Problem>(keeperOf(), "open", folder)).toMatchObject({ code: "unreadable" });
    expect(states().at(-1)).toMatchObject({ phase: "failed" });
  });
});

describe("launching", () => {
  const launch = (command: string, args: string[]): RecordParams => ({
    kind: "launch",
    command,
    args,
    cwd: folder,
    file,
    output: join(folder, "out"),
    stdin: "ignore",
  });

  it("attaches before the program runs, and reports how it ended", async () => {
    let ranBefore: boolean | undefined;
    const addon = fakeAddon(probe);
    const looking = {
      ...addon,
      attach: (options: Parameters<typeof addon.attach>[0]) => {
        ranBefore = readFileSync(join(folder, "out"), "utf8") !== "";
        return addon.attach(options);
      },
    };
    await ask(
      keeperOf(looking as typeof addon),
      "start",
      launch("sh", ["-c", "echo ran; echo $0 >&2; exit 7", "name with space"]),
    );
    await until(ended);
    expect(ranBefore).toBe(false);
    expect(addon.attached[0]).toMatchObject({ requireUserfaultfd: false });
    expect(readFileSync(join(folder, "out"), "utf8")).toBe("ran\nname with space\n");
    const exit = events.find((reply) => reply.type === "event" && reply.event === "programExit");
    expect((exit as { value: ExitStatus }).value).toEqual({ code: 7, signal: null });
    expect(states().at(-1)).toMatchObject({ ended: "the traced process ended" });
  });

  it("never runs the program when attaching fails", async () => {
    const failure = { code: "no-bpf", message: "No BPF.", remedy: "Boot." };
    const params = { ...launch("touch", [join(folder, "ran")]), via: "probe" } as const;
    expect(await ask(keeperOf(fakeAddon(probe, failure)), "start", params)).toEqual(failure);
    expect(statSync(join(folder, "ran"), { throwIfNoEntry: false })).toBeUndefined();
  });

  it("says which program there is not", async () => {
    for (const command of ["./nope", "no-such-program", ""]) {
      expect(await ask<Problem>(keeperOf(), "start", launch(command, []))).toMatchObject({ code: "no-command" });
    }
  });
});
