/**
 * Call sites to source lines, by the symbolizer process. It parses files that nobody vouches for, so it may crash or
 * run out of its limits: then the site at hand is lost (and counted), a new process goes on with the next one.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { getPriority, setPriority } from "node:os";
import type { SiteText } from "../recording/schema";
import type { SiteSample } from "./addon";
import { type Answer, encodeRequest, parseAnswer, siteText } from "./symbolizerProtocol";

export { callSite } from "../recording/callSite";

export interface SymbolizerOptions {
  /** What to run: the path of the symbolizer, and arguments if any. */
  readonly command: readonly [string, ...string[]];
  /** How long one site may take, ms. The symbolizer bounds its own CPU time; this is for all the rest. */
  readonly timeoutMs?: number;
  /** Sites that may wait; further ones are answered at once, without lines. */
  readonly maxQueue?: number;
}

/** Sites without frames, by what happened to them. */
export interface SymbolizerLosses {
  readonly crashed: number;
  readonly timedOut: number;
  readonly dropped: number;
}

interface Job {
  readonly sample: SiteSample;
  readonly done: (text: SiteText) => void;
}

/** After this many failures in a row without one answer, starting it again is pointless. */
const MAX_FAILURES = 8;
/** An answer has at most 128 frames of a few strings that are bounded; more is no answer. */
const MAX_LINE = 8 * 1024 * 1024;
/** Processes that the symbolizer keeps; loading more of them again after a crash would be for nothing. */
const MAX_LOADED = 16;
const TOO_MANY = "Too many call sites came at once; this one was not read.";
const SYMBOLIZER_NICE = 5;
const NOTHING = new Uint8Array();

/** A request to load a process, and its test. */
const loadOf = (pid: number): SiteSample => ({ site: 0, pid, tid: pid, registers: NOTHING, stack: NOTHING });
const isLoad = (sample: SiteSample) => sample.registers.length === 0;

export class Symbolizer {
  readonly #command: readonly [string, ...string[]];
  readonly #timeoutMs: number;
  readonly #maxQueue: number;
  readonly #queue: Job[] = [];
  readonly #loaded = new Set<number>();
  readonly #losses = { crashed: 0, timedOut: 0, dropped: 0 };
  #child: ChildProcess | undefined;
  #current: Job | undefined;
  #timer: NodeJS.Timeout | undefined;
  #received = "";
  #failures = 0;
  #unusable: string | undefined;

  constructor(options: SymbolizerOptions) {
    this.#command = options.command;
    this.#timeoutMs = options.timeoutMs ?? 15_000;
    this.#maxQueue = options.maxQueue ?? 4096;
  }

  get losses(): SymbolizerLosses {
    return { ...this.#losses };
  }

  /** Frames and lines of a site; never rejects. Without lines, `note` says why in one sentence. */
  resolve(sample: SiteSample): Promise<SiteText> {
    return this.#ask(sample);
  }

  /**
   * Loads the mappings of a process and opens its files, so that its end does no harm to sites sampled before. Worth a
   * call at attach and after each fork and exec. Resolves to the sentence that says why it could not, if it could not.
   */
  async prefetch(pid: number): Promise<string | undefined> {
    this.#loaded.delete(pid);
    this.#loaded.add(pid);
    for (const oldest of this.#loaded) if (this.#loaded.size > MAX_LOADED) this.#loaded.delete(oldest);
    return (await this.#ask(loadOf(pid))).note;
  }

  /** Ends the process. Sites that still wait are answered without lines. */
  close(): void {
    this.#unusable ??= "The recording was closed before this call site was read.";
    this.#stopChild();
    this.#answerAll(this.#unusable);
  }

  #ask(sample: SiteSample): Promise<SiteText> {
    const full = this.#queue.length >= this.#maxQueue ? TOO_MANY : undefined;
    const refusal = this.#unusable ?? full;
    return new Promise((done) => {
      if (refusal !== undefined) return this.#drop({ sample, done }, refusal);
      this.#queue.push({ sample, done });
      this.#next();
    });
  }

  #drop(job: Job, note: string): void {
    if (!isLoad(job.sample)) this.#losses.dropped++;
    job.done({ frames: [], note });
  }

  #next(): void {
    if (this.#current !== undefined) return;
    const job = this.#queue.shift();
    if (job === undefined) return;
    this.#current = job;
    const child = this.#child ?? this.#start();
    this.#timer = setTimeout(() => this.#fail("timedOut", "Reading this call site took too long."), this.#timeoutMs);
    this.#timer.unref();
    child.stdin?.write(encodeRequest(job.sample));
  }

  #start(): ChildProcess {
    const [path, ...args] = this.#command;
    const child = spawn(path, args, { stdio: ["pipe", "pipe", "ignore"] });
    this.#child = child;
    this.#received = "";
    // It is started by the thread that drains the ring, whose priority it must not have. To raise it takes privilege.
    const { pid } = child;
    if (pid !== undefined && getPriority(pid) < SYMBOLIZER_NICE) setPriority(pid, SYMBOLIZER_NICE);
    child.stdout?.setEncoding("utf8");
    child.stdout?.on("data", (data: string) => this.#receive(child, data));
    // A write to a process that has just died fails as well; its exit is what counts, and it comes, too.
    child.stdin?.on("error", () => undefined);
    child.on("error", (error) => this.#cannotRun(child, error));
    child.on("exit", (code, signal) => {
      if (child === this.#child) this.#exited(signal ?? `status ${code}`);
    });
    child.unref();
    return child;
  }

  #receive(child: ChildProcess, data: string): void {
    if (child !== this.#child) return;
    this.#received += data;
    const end = this.#received.indexOf("\n");
    if (end === -1 && this.#received.length < MAX_LINE) return;
    const answer = end === -1 ? undefined : parseAnswer(this.#received.slice(0, end));
    this.#received = this.#received.slice(end + 1);
    const job = this.#current;
    if (job === undefined || answer === undefined || answer.site !== job.sample.site || this.#received !== "") {
      this.#fail("crashed", "The symbolizer's answer for this call site was not understood.");
    } else {
      this.#answered(job, answer);
    }
  }

  #answered(job: Job, answer: Answer): void {
    this.#failures = 0;
    const loaded = isLoad(job.sample) && answer.failure === undefined;
    this.#finish(job, loaded ? { frames: [] } : siteText(answer, job.sample.pid));
  }

  #exited(how: string): void {
    this.#fail("crashed", `The symbolizer crashed on the object files of this call site (${how}).`);
  }

  /** The site at hand is lost; a new process goes on with the next, knowing the same processes. */
  #fail(loss: "crashed" | "timedOut", note: string): void {
    const job = this.#current;
    this.#stopChild();
    if (++this.#failures >= MAX_FAILURES) {
      this.#unusable = `The symbolizer failed ${MAX_FAILURES} times in a row and was given up.`;
    }
    if (job !== undefined) {
      if (isLoad(job.sample)) this.#loaded.delete(job.sample.pid);
      else this.#losses[loss]++;
    }
    if (this.#unusable === undefined) this.#reload();
    if (job !== undefined) this.#finish(job, { frames: [], note });
    if (this.#unusable !== undefined) this.#answerAll(this.#unusable);
  }

  #reload(): void {
    const jobs = [...this.#loaded].map((pid) => ({ sample: loadOf(pid), done: () => undefined }));
    this.#queue.unshift(...jobs);
  }

  #cannotRun(child: ChildProcess, error: Error): void {
    if (child !== this.#child) return;
    this.#unusable = `Call sites have no source lines: ${this.#command[0]} could not be started (${error.message}).`;
    this.#stopChild();
    this.#answerAll(this.#unusable);
  }

  #finish(job: Job, text: SiteText): void {
    clearTimeout(this.#timer);
    this.#current = undefined;
    job.done(text);
    this.#next();
  }

  #stopChild(): void {
    clearTimeout(this.#timer);
    const child = this.#child;
    this.#child = undefined;
    child?.stdin?.destroy();
    child?.kill("SIGKILL");
  }

  #answerAll(note: string): void {
    const waiting = this.#current === undefined ? this.#queue.splice(0) : [this.#current, ...this.#queue.splice(0)];
    this.#current = undefined;
    for (const job of waiting) this.#drop(job, note);
  }
}
