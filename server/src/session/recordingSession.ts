/** One recording that runs: timer, conditions to end, states and frames; from attached to a complete file. */
import type { Problem, SessionTarget } from "#protocol/session";
import type { Addon, ProbeSession } from "../record/addon";
import { FlightWriter } from "../record/flightWriter";
import type { RecordParams } from "../record/handle";
import type { LaunchedProgram, Preload } from "../record/launch";
import { type EndCondition, endConditions } from "../record/limits";
import { Liveness } from "../record/liveness";
import { whyEmpty } from "../record/preload";
import { raisePriority } from "../record/priority";
import { Recorder, type SiteResolver } from "../record/recorder";
import { type RecordingFile, reasonOf } from "../record/recordingFile";
import { userfaultfds } from "../record/targets";
import { ArrowWriter } from "../recording/arrowWriter";
import type { RecordingHeader } from "../recording/batch";
import { type EndText, EventKind, ProcessChange } from "../recording/schema";
import { LIVE_WINDOW, WHOLE_WINDOW } from "../trace/frame";
import { Trace } from "../trace/trace";
import type { Preloaded } from "./chooseWay";
import { endWords } from "./endWords";
import { describeMachine } from "./machine";
import { progressOf } from "./progress";
import type { Session, SessionHost } from "./session";

const TICK_MS = 10;
/** Every so many ticks: progress and frame; whether the target lives. */
const REPORT_TICKS = 10;
const LIVENESS_TICKS = 20;

export interface RecordingParts {
  readonly params: RecordParams;
  readonly addon: Pick<Addon, "pageSize">;
  readonly probe: ProbeSession;
  /** Set when the preload library records: the same session as `probe`, and what it cannot see. */
  readonly preload?: Preloaded | undefined;
  /** Folder of the native parts. */
  readonly native: string;
  readonly file: RecordingFile;
  readonly header: RecordingHeader;
  readonly targets: readonly SessionTarget[];
  readonly program: LaunchedProgram | undefined;
  readonly resolver: SiteResolver | undefined;
  readonly host: SessionHost;
  /** Recording time, ns. */
  readonly nowNs: () => number;
}

export class RecordingSession implements Session {
  readonly trace = new Trace();
  readonly window = LIVE_WINDOW;
  private readonly recorder: Recorder;
  private readonly liveness = new Liveness();
  private readonly conditions: readonly EndCondition[];
  private readonly timer: NodeJS.Timeout;
  private readonly lowerPriority: () => void;
  private ticks = 0;
  private ending: Promise<string> | undefined;
  /** Processes seen to hold a userfaultfd while the preload library had recorded nothing. */
  private readonly holders = new Set<number>();

  /** Begins to record; the first rows say where and what. Throws what the file throws. */
  constructor(private readonly parts: RecordingParts) {
    const { addon, probe, preload, file, header, targets, host, params, resolver, nowNs } = parts;
    const limits = preload?.limits;
    const keepBytes = params.limits?.keepBytes;
    const writer =
      keepBytes === undefined ? new ArrowWriter(header, file.write) : new FlightWriter(header, file.write, keepBytes);
    this.recorder = new Recorder({ probe, writer, sink: this.trace, resolver, nowNs });
    this.recorder.push({
      kind: EventKind.Machine,
      timeNs: 0,
      text: JSON.stringify(describeMachine(addon, probe, limits)),
    });
    for (const { pid, command } of targets) {
      this.liveness.meet(pid);
      this.recorder.push({
        kind: EventKind.Process,
        timeNs: 0,
        pid,
        tid: pid,
        request: ProcessChange.Attached,
        text: command,
      });
    }
    this.conditions = endConditions(params.limits);
    host.state({
      phase: "recording",
      targets,
      file: params.file,
      startedAtMs: header.startedAtMs,
      hooks: probe.hooks,
      ...(limits === undefined ? {} : { limits }),
    });
    this.lowerPriority = raisePriority();
    this.timer = setInterval(() => this.tick(), TICK_MS);
  }

  /** Pid of the program that was launched for this recording. */
  get programPid(): number | undefined {
    return this.parts.program?.pid;
  }

  /** What the program must be started with, if it is to record itself. */
  get preload(): Preload | undefined {
    const { preload } = this.parts;
    return preload && { library: preload.library, ringName: preload.session.ringName };
  }

  /** Ends the recording; resolves with the complete file. */
  stop(): Promise<string> {
    return this.end({ reason: "stopped" });
  }

  /** Looks at once whether anything traced still runs. */
  checkTargets(): void {
    for (const { pid, exited } of this.trace.processes.all()) {
      if (!exited) this.liveness.meet(pid);
      const unseen = this.parts.preload && this.trace.ioctls.byOp.size === 0;
      if (unseen && (userfaultfds(pid)?.length ?? 0) > 0) this.holders.add(pid);
    }
    if (!this.liveness.anyAlive()) void this.end({ reason: "target exited" });
  }

  private tick(): void {
    if (this.ending) return;
    const { probe, file, host, nowNs } = this.parts;
    const elapsedNs = nowNs();
    try {
      this.recorder.tick();
    } catch (error) {
      void this.end({ reason: "failed", message: `${this.parts.params.file} cannot be written: ${reasonOf(error)}.` });
      return;
    }
    // Whatever happened before this tick was drained by it; only then does silence mean that nothing happened.
    if (!this.recorder.behind) this.trace.advance(elapsedNs);
    for (const pid of this.trace.processes.takeChanged()) void this.parts.resolver?.prefetch(pid);
    this.ticks++;
    if (this.ticks % REPORT_TICKS === 0) {
      host.event("progress", progressOf(this.trace, elapsedNs, file.bytes));
      if (host.visible) host.event("frame", this.trace.frame(LIVE_WINDOW));
    }
    const { failures } = this.trace.ioctls;
    const oldestWaitNs = this.trace.faults.oldestWaitNs(elapsedNs);
    for (const condition of this.conditions) {
      const end = condition({ elapsedNs, fileBytes: file.bytes, failures, oldestWaitNs });
      if (end) void this.end(end);
    }
    if (this.ticks % LIVENESS_TICKS === 0 || !probe.alive) this.checkTargets();
    if (!probe.alive)
      void this.end({ reason: "probe lost", ...(probe.ended === undefined ? {} : { message: probe.ended }) });
  }

  /** The first reason to end counts; every caller waits for the same end. */
  private end(end: EndText): Promise<string> {
    this.ending ??= this.finish(end);
    return this.ending;
  }

  private async finish(end: EndText): Promise<string> {
    const { probe, file, host, params, resolver, targets } = this.parts;
    clearInterval(this.timer);
    this.lowerPriority();
    host.state({ phase: "stopping", file: params.file });
    let actual = end;
    const failed = (error: unknown): void => {
      if (actual.reason === "failed") return;
      actual = { reason: "failed", message: `${params.file} is incomplete: ${reasonOf(error)}.` };
    };
    probe.stop();
    const empty = this.whyEmpty();
    if (empty) actual = { reason: "failed", message: empty.message };
    await this.recorder.finish(actual).catch(failed);
    try {
      file.close();
    } catch (error) {
      failed(error);
    }
    probe.close();
    resolver?.close();
    this.trace.end = actual;
    this.trace.finish();
    host.event("progress", progressOf(this.trace, this.trace.lastNs, file.bytes));
    if (host.visible) host.event("frame", this.trace.frame(WHOLE_WINDOW));
    const durationNs = this.trace.lastNs;
    host.state(
      empty
        ? { phase: "failed", problem: empty }
        : { phase: "recorded", file: params.file, targets, durationNs, ended: endWords(actual) },
    );
    return params.file;
  }

  /** Why the preload library has recorded nothing, if that is so and known. */
  private whyEmpty(): Problem | undefined {
    const { preload, native } = this.parts;
    if (!preload) return undefined;
    try {
      this.recorder.tick();
    } catch {
      return undefined; // the file cannot be written, which the end of the recording tells
    }
    const calls = this.trace.ioctls.byOp.size + this.trace.messages.size;
    return whyEmpty(native, { loaded: preload.session.loaded, calls, holders: [...this.holders] });
  }
}
