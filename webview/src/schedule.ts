/** Draws at most once an animation frame, and tells tests when nothing is left to draw. */

export interface Scheduler {
  /** Asks for one draw before the next frame; further requests until then are the same draw. */
  request(): void;
  /** Resolves when no draw is pending. */
  idle(): Promise<void>;
}

/** `onIdle` hears whether a draw is pending, at every change. */
export function createScheduler(draw: () => void, onIdle: (idle: boolean) => void): Scheduler {
  let pending = false;
  let waiting: (() => void)[] = [];
  const run = (): void => {
    pending = false;
    try {
      draw();
    } finally {
      if (!pending) settle();
    }
  };
  const settle = (): void => {
    onIdle(true);
    const resolve = waiting;
    waiting = [];
    for (const done of resolve) done();
  };
  return {
    request() {
      if (pending) return;
      pending = true;
      onIdle(false);
      requestAnimationFrame(run);
    },
    idle: () => (pending ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve()),
  };
}
