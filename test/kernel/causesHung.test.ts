/** Processes that hang: recorded when it happens, and attached to when they hang already. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import type { Report } from "../../protocol/report";
import { buildOwn } from "./harness/build";
import { whyNot } from "./harness/machine";

const cli = join(import.meta.dirname, "../../dist/cli.cjs");
const reason = whyNot() ?? (existsSync(cli) ? undefined : "the command line is not built (npm run build)");

describe.skipIf(reason !== undefined)(`hung processes${reason === undefined ? "" : ` (skipped: ${reason})`}`, () => {
  const folder = mkdtempSync(join(tmpdir(), "faultscope-hung-"));
  let child: ChildProcess | undefined;
  afterEach(() => child?.kill("SIGKILL"));
  afterAll(() => rmSync(folder, { recursive: true }));

  /** Starts it, records it for three seconds from the first word it says; what was found. */
  async function findings(how: string) {
    child = spawn(buildOwn("hung"), [how], { stdio: ["ignore", "pipe", "inherit"] });
    if (child.stdout) await once(child.stdout, "data");
    const file = join(folder, "a.faultscope");
    const what = ["--json", "--duration", "3", "-o", file, "--pid", `${child.pid}`];
    const ran = spawnSync(process.execPath, [cli, "record", ...what], { encoding: "utf8", timeout: 30_000 });
    expect(ran.status, ran.stderr).toBe(0);
    const report = JSON.parse(ran.stdout) as Report;
    return report.findings.map((one) => [one.code, one.cause?.kind, one.confidence, one.count]);
  }

  it("are told when it happens: the handler that waits for itself", async () => {
    expect(await findings("deadlock")).toEqual([["handler-deadlock", "handler-deadlock", "certain", 1]]);
  });

  it("are told after attaching: the message that nobody reads", async () => {
    expect(await findings("unread")).toEqual([["never-woken", "not-read", "likely", 1]]);
  });
});
