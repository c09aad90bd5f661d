/** Command-line options by node:util, with errors in our words. */
import { type ParseArgsConfig, parseArgs } from "node:util";
import { UsageError } from "./problems";

type Options = NonNullable<ParseArgsConfig["options"]>;

export interface Parsed {
  readonly positionals: readonly string[];
  flag(name: string): boolean;
  text(name: string): string | undefined;
  texts(name: string): readonly string[];
  /** A number above 0, or undefined when the option is absent. */
  positive(name: string): number | undefined;
}

/** Parses `args`; every option may be given once unless it is `multiple`. Throws UsageError. */
export function parseOptions(args: readonly string[], options: Options): Parsed {
  let parsed: ReturnType<typeof parseArgs>;
  try {
    parsed = parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new UsageError(`${message.split(". ")[0]?.replace(/\.$/, "") ?? message}.`);
  }
  const { values, positionals } = parsed;
  const text = (name: string): string | undefined => {
    const value = values[name];
    return typeof value === "string" ? value : undefined;
  };
  return {
    positionals,
    text,
    flag: (name) => values[name] === true,
    texts: (name) => {
      const value = values[name];
      return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
    },
    positive: (name) => {
      const value = text(name);
      if (value === undefined) return undefined;
      const number = Number(value);
      if (value.trim() === "" || !Number.isFinite(number) || number <= 0) {
        throw new UsageError(`--${name} takes a number above 0, not '${value}'.`);
      }
      return number;
    },
  };
}
