/** The JSON texts of Machine and End rows. A recording is untrusted input: what does not fit is not taken over. */
import type { EndText, MachineText } from "./schema";

function fields(json: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

const words = (value: unknown): string => (typeof value === "string" ? value : "");
const finite = (value: unknown): number => (typeof value === "number" && Number.isFinite(value) ? value : 0);
const natural = (value: unknown): number =>
  typeof value === "number" && Number.isFinite(value) && value >= 0 ? value : 0;

const MAX_LIMITS = 16;

/** Undefined when the text is not a machine's description or its page size is not one Linux has. */
export function parseMachine(json: string): MachineText | undefined {
  const raw = fields(json);
  const pageSize = natural(raw?.pageSize);
  if (!raw || ![4096, 8192, 16_384, 65_536].includes(pageSize)) return undefined;
  const machine = {
    kernel: words(raw.kernel),
    arch: words(raw.arch),
    cpus: natural(raw.cpus),
    pageSize,
    hooks: words(raw.hooks),
    ...(raw.keptFromNs === undefined ? {} : { keptFromNs: natural(raw.keptFromNs) }),
    ...(raw.via === "preload" ? { via: "preload" as const } : {}),
    ...(Array.isArray(raw.limits) ? { limits: raw.limits.slice(0, MAX_LIMITS).map(words) } : {}),
  };
  if (typeof raw.calibration !== "object" || raw.calibration === null) return machine;
  // Mostly negative: what the program measures is longer than what lies between our two looks at the clock.
  const { ioctlNs, faultNs } = raw.calibration as Record<string, unknown>;
  return { ...machine, calibration: { ioctlNs: finite(ioctlNs), faultNs: finite(faultNs) } };
}

const REASONS: readonly EndText["reason"][] = [
  "stopped",
  "duration",
  "size",
  "target exited",
  "failures",
  "stuck",
  "probe lost",
  "failed",
];

/** An end mark whose text is unreadable still ends the recording. */
export function parseEnd(json: string): EndText {
  const raw = fields(json);
  const reason = REASONS.find((known) => known === raw?.reason) ?? "failed";
  const message = words(raw?.message);
  return message === "" ? { reason } : { reason, message };
}
