import { setTimeout as pause } from "node:timers/promises";

/**
 * Waits until `probe` returns something other than undefined or false, and returns it. Asks again every 50 ms; what it
 * throws while pages come and go counts as "not yet". Fails after `timeoutMs` with `what` and the last error.
 */
export async function until<T>(
  what: string,
  probe: () => Promise<T | undefined | false> | T | undefined | false,
  timeoutMs = 60_000,
): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  let last: unknown;
  do {
    try {
      const value = await probe();
      if (value !== undefined && value !== false) return value;
      last = undefined;
    } catch (error) {
      last = error;
    }
    await pause(50);
  } while (performance.now() < deadline);
  throw new Error(`Waited ${timeoutMs} ms in vain until ${what}.`, { cause: last });
}
