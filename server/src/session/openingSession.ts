/** Reading a recording: in slices, so that it can be watched and cancelled. */
import { basename } from "node:path";
import type { Problem } from "#protocol/session";
import { FileSource, unreadable } from "../record/recordingFile";
import { ArrowReader } from "../recording/arrowReader";
import { RecordingError } from "../recording/errors";
import { WHOLE_WINDOW } from "../trace/frame";
import { Trace } from "../trace/trace";
import { endWords } from "./endWords";
import type { Session, SessionHost } from "./session";

const SLICE_MS = 20;
const PROGRESS_MS = 100;

export class OpeningSession implements Session {
  readonly trace = new Trace();
  readonly window = WHOLE_WINDOW;
  private cancelled = false;
  private done: Promise<Problem | null> | undefined;

  constructor(
    private readonly path: string,
    private readonly host: SessionHost,
  ) {}

  /** Reads it all. Resolves with the problem, or null when it is complete or was cancelled. */
  open(): Promise<Problem | null> {
    this.done ??= this.read();
    return this.done;
  }

  async stop(): Promise<null> {
    this.cancelled = true;
    await this.done;
    return null;
  }

  private async read(): Promise<Problem | null> {
    try {
      const source = new FileSource(this.path);
      try {
        await this.readFrom(new ArrowReader(source), source.size);
      } finally {
        source.close();
      }
      return null;
    } catch (error) {
      const known = error instanceof RecordingError ? error : unreadable(this.path, error);
      const problem = { code: known.code, message: known.named(basename(this.path)), remedy: known.remedy };
      this.host.state({ phase: "failed", problem });
      return problem;
    }
  }

  private async readFrom(reader: ArrowReader, totalBytes: number): Promise<void> {
    const tell = (): void =>
      this.host.state({ phase: "opening", file: this.path, readBytes: reader.position, totalBytes });
    tell();
    let told = Date.now();
    let sliceEnd = told + SLICE_MS;
    for (let batch = reader.next(); batch && !this.cancelled; batch = reader.next()) {
      this.trace.add(batch);
      const now = Date.now();
      if (now - told >= PROGRESS_MS) {
        tell();
        told = now;
      }
      if (now >= sliceEnd) {
        await new Promise((resolve) => setImmediate(resolve));
        sliceEnd = Date.now() + SLICE_MS;
      }
    }
    if (this.cancelled) {
      this.host.state({ phase: "idle" });
      return;
    }
    this.trace.finish(reader.tail);
    const targets = this.trace.processes.all().filter(({ attached }) => attached);
    this.host.state({
      phase: "recorded",
      file: this.path,
      targets: targets.map(({ pid, command }) => ({ pid, command })),
      durationNs: this.trace.lastNs,
      ended: endWords(this.trace.end),
    });
    if (this.host.visible) this.host.event("frame", this.trace.frame(WHOLE_WINDOW));
  }
}
