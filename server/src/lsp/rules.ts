/** What the user wants of each rule: the setting `faultscope.rules`, asked for once and kept until it changes. */
import type { Diagnostic } from "../analysis";
import { CODES, type Severity } from "../uffd/codes";

export const RULES_SECTION = "faultscope.rules";
/** What a rule can be set to, as the manifest offers it. */
export const RULE_LEVELS = ["default", "off", "hint", "information", "warning", "error"] as const;
export type RuleLevel = (typeof RULE_LEVELS)[number];
export type RuleLevels = Readonly<Record<string, RuleLevel>>;

export interface RulesHost {
  /** The setting as it is for a file; undefined where the editor cannot be asked. */
  configuration(uri: string): Promise<unknown>;
  warn(message: string): void;
}

export class Rules {
  readonly #levels = new Map<string, Promise<RuleLevels>>();
  /** For editors that send settings and cannot be asked. */
  #sent: RuleLevels = {};

  constructor(readonly host: RulesHost) {}

  levels(uri: string): Promise<RuleLevels> {
    const known = this.#levels.get(uri);
    if (known) return known;
    const asked = this.host.configuration(uri).then(
      (value) => (value === undefined ? this.#sent : readLevels(value, this.host.warn)),
      (error: unknown) => {
        this.host.warn(`${RULES_SECTION} could not be read: ${String(error)}`);
        return this.#sent;
      },
    );
    this.#levels.set(uri, asked);
    return asked;
  }

  /** The settings have changed: what was kept is asked for again. `sent` is what came with the message. */
  environmentChanged(sent?: unknown): void {
    this.#levels.clear();
    if (sent !== undefined) this.#sent = readLevels(sent, this.host.warn);
  }
}

/** A setting that was typed by hand: what makes no sense is told and left at its default. */
export function readLevels(value: unknown, warn: (message: string) => void): RuleLevels {
  if (value === null || value === undefined) return {};
  if (typeof value !== "object" || Array.isArray(value)) {
    warn(`${RULES_SECTION} has to be an object of codes and levels.`);
    return {};
  }
  const levels: Record<string, RuleLevel> = {};
  for (const [code, level] of Object.entries(value)) {
    const known = RULE_LEVELS.find((l) => l === level);
    if (!CODES.some((c) => c.code === code)) warn(`${RULES_SECTION}: there is no rule '${code}'.`);
    else if (known === undefined) warn(`${RULES_SECTION}: ${code} takes ${RULE_LEVELS.join(", ")}, not '${level}'.`);
    else levels[code] = known;
  }
  return levels;
}

/** Findings as the settings want them: some left out, some of another severity. */
export function ruled(diagnostics: readonly Diagnostic[], levels: RuleLevels): Diagnostic[] {
  return diagnostics.flatMap((d) => {
    const level = levels[d.code] ?? "default";
    if (level === "off") return [];
    return level === "default" ? [d] : [{ ...d, severity: level satisfies Severity }];
  });
}
