/** Signals while recording: they end the recording in order, and reach a launched program as they would without us. */
import type { RecorderHandle } from "../record/handle";

const GRACE_MS = 3000;

/**
 * Installs handlers; the returned function removes them. A terminal sends Ctrl-C to the launched program as well; other
 * signals are passed on. The recording then ends with the program, or after three seconds, or with a second signal.
 */
export function forwardSignals(recorder: RecorderHandle, launched: boolean, programEnded: () => boolean): () => void {
  let asked = false;
  let timer: NodeJS.Timeout | undefined;
  const stop = (): void => {
    // What goes wrong while stopping shows in the recorder's state.
    recorder.stop().catch(() => undefined);
  };
  const handle = (signal: NodeJS.Signals): void => {
    const { programPid } = recorder;
    const fromTerminal = signal === "SIGINT" && process.stdin.isTTY === true;
    if (launched && programPid !== undefined && !programEnded() && !fromTerminal) {
      try {
        process.kill(programPid, signal);
      } catch {
        // It has just ended, which is what the signal was for.
      }
    }
    if (!launched || asked) stop();
    else timer = setTimeout(stop, GRACE_MS);
    asked = true;
  };
  const signals: readonly NodeJS.Signals[] = ["SIGINT", "SIGTERM", "SIGHUP"];
  for (const signal of signals) process.on(signal, handle);
  return () => {
    clearTimeout(timer);
    for (const signal of signals) process.off(signal, handle);
  };
}
