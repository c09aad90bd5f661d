/** The worker's requests, apart from the thread: starts, opens and stops sessions, one at a time. */
import type { Problem, SessionState } from "#protocol/session";
import type { RecorderEvents, Snapshot } from "../record/handle";
import { isProblem } from "../record/nativeParts";
import { WHOLE_WINDOW } from "../trace/frame";
import type { Reply, Request, Requests } from "./messages";
import { OpeningSession } from "./openingSession";
import type { Session, SessionHost } from "./session";
import { type Environment, startRecording } from "./startRecording";

const BUSY: Problem = { code: "busy", message: "A recording is running.", remedy: "Stop it first." };

export class SessionKeeper implements SessionHost {
  visible = false;
  private current: SessionState = { phase: "idle" };
  private session: Session | undefined;
  private readonly env: Environment;

  constructor(
    env: Omit<Environment, "host">,
    private readonly send: (reply: Reply) => void,
  ) {
    this.env = { ...env, host: this };
  }

  /** Answers one request. Throws only what nobody expected. */
  async answer(request: Request): Promise<Requests[Request["name"]]["result"]> {
    switch (request.name) {
      case "start":
        return this.start(request.params);
      case "open":
        return this.open(request.params);
      case "stop":
        return this.stop();
      case "snapshot":
        return this.snapshot();
      case "report":
        return this.session?.trace.report() ?? null;
      case "setVisible":
        this.visible = request.params;
        return null;
    }
  }

  state(state: SessionState): void {
    this.current = state;
    this.send({ type: "event", event: "state", value: state });
  }

  event<E extends keyof RecorderEvents>(event: E, value: RecorderEvents[E]): void {
    this.send({ type: "event", event, value });
  }

  private get busy(): boolean {
    return ["starting", "recording", "stopping"].includes(this.current.phase);
  }

  private async start(params: Requests["start"]["params"]): Promise<Problem | null> {
    if (this.busy) return BUSY;
    await this.session?.stop();
    this.session = undefined;
    const started = await startRecording(params, this.env);
    if (isProblem(started)) {
      this.state({ phase: "failed", problem: started });
      return started;
    }
    this.session = started;
    this.send({ type: "program", pid: started.programPid });
    return null;
  }

  private async open(file: string): Promise<Problem | null> {
    if (this.busy) return BUSY;
    await this.session?.stop();
    const session = new OpeningSession(file, this);
    this.session = session;
    return session.open();
  }

  private async stop(): Promise<string | null> {
    const session = this.session;
    const phase = this.current.phase;
    if (!session || (phase !== "recording" && phase !== "stopping" && phase !== "opening")) return null;
    if (session instanceof OpeningSession) this.session = undefined;
    return session.stop();
  }

  private snapshot(): Snapshot {
    const { session, current } = this;
    if (!session || current.phase === "failed" || current.phase === "starting") return { state: current, frame: null };
    const window = current.phase === "recording" || current.phase === "stopping" ? session.window : WHOLE_WINDOW;
    return { state: current, frame: session.trace.frame(window) };
  }
}
