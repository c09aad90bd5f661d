/** A traced program: started, told to go, asked for its own truth, ended. */
import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";

/** What the program measured of itself. Keys of `calls` are "REQUEST ERRNO", both without prefix, request in hex. */
export interface Truth {
  readonly calls: Readonly<Record<string, number>>;
  /** Median duration by request, ns. */
  readonly callNs: Readonly<Record<string, number>>;
  readonly faults: number;
  readonly faultNs: number;
  readonly [extra: string]: unknown;
}

export class Target {
  private readonly lines: AsyncIterator<string>;
  private constructor(
    readonly child: ChildProcess,
    readonly pid: number,
  ) {
    if (!child.stdout) throw new Error("the target has no stdout");
    this.lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  }

  /** Starts a scenario and waits until it is ready to be attached to. `prefix`: a command that execs it. */
  static async start(program: string, scenario: string, amount = 0, prefix: readonly string[] = []): Promise<Target> {
    const [command, ...args] = [...prefix, program, scenario, ...(amount ? [`${amount}`] : [])];
    const child = spawn(command as string, args, { stdio: ["pipe", "pipe", "inherit"] });
    return Target.of(child);
  }

  /** A scenario that somebody else has started with pipes; waits until it is ready. */
  static async of(child: ChildProcess): Promise<Target> {
    if (child.pid === undefined) throw new Error("the target did not start");
    const target = new Target(child, child.pid);
    await target.line();
    return target;
  }

  private async line(): Promise<string> {
    const next = await this.lines.next();
    if (next.done) throw new Error(`the target ended early (status ${this.child.exitCode})`);
    return next.value;
  }

  /** Lets the scenario run and waits for its figures. */
  async run(): Promise<Truth> {
    this.go();
    const truth = JSON.parse(await this.line()) as Truth;
    await this.line();
    return truth;
  }

  go(): void {
    this.child.stdin?.write("go\n");
  }

  /** Lets it exit and waits for that. */
  async end(): Promise<number | null> {
    const ended = new Promise<number | null>((resolve) => this.child.once("exit", resolve));
    if (this.child.exitCode !== null || this.child.signalCode !== null) return this.child.exitCode;
    this.go();
    this.child.stdin?.end();
    return ended;
  }

  kill(): void {
    this.child.kill("SIGKILL");
  }
}
