/** `faultscope report`: the figures of a recording. */
import type { Command } from "./io";
import { parseOptions } from "./options";
import { UsageError } from "./problems";
import { readTrace } from "./readTrace";
import { reportText } from "./reportText";

export const report: Command = async (args, io) => {
  const options = parseOptions(args, { json: { type: "boolean" } });
  const [file, ...more] = options.positionals;
  if (file === undefined || more.length > 0) throw new UsageError("It takes one recording.");
  const figures = readTrace(file).report();
  io.out(options.flag("json") ? `${JSON.stringify(figures)}\n` : reportText(figures, io.cwd, io.columns));
  return 0;
};
