/** `faultscope doctor`: what this machine allows, and the remedy for what it does not. */
import { join } from "node:path";
import type { DoctorCheck } from "#protocol/session";
import { canTrace, examine } from "../record/doctor";
import type { Command } from "./io";
import { parseOptions } from "./options";
import { UsageError } from "./problems";
import { wrap } from "./table";

const MARKS: Readonly<Record<DoctorCheck["status"], string>> = {
  ok: "ok     ",
  limited: "limited",
  missing: "MISSING",
};

function text(checks: readonly DoctorCheck[], columns: number): string {
  const width = Math.max(...checks.map(({ name }) => name.length));
  const indent = " ".repeat(width + 11);
  const lines = checks.map(({ name, status, detail, remedy }) => {
    const what = `${MARKS[status]}  ${name.padEnd(width)}  ${wrap(detail, columns, indent)}\n`;
    return remedy === "" ? what : `${what}${indent}→ ${wrap(remedy, columns, `${indent}  `)}\n`;
  });
  const verdict = canTrace(checks)
    ? "This machine can trace.\n"
    : "This machine cannot trace yet: see what is MISSING.\n";
  return `${lines.join("")}\n${verdict}`;
}

export const doctor: Command = async (args, io) => {
  const options = parseOptions(args, { json: { type: "boolean" } });
  if (options.positionals.length > 0) throw new UsageError("It takes no arguments.");
  const checks = await examine(join(io.dist, "native"));
  const able = canTrace(checks);
  io.out(
    options.flag("json") ? `${JSON.stringify({ version: 1, canTrace: able, checks })}\n` : text(checks, io.columns),
  );
  return able ? 0 : 1;
};
