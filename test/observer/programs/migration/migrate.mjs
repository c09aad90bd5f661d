// Migrates a small guest from one QEMU to another by postcopy, on a unix socket, and ends both. The destination runs the
// guest before its memory has arrived and fetches by userfaultfd what the guest touches. Arguments: folder, guest image.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { later, Monitor } from "./monitor.mjs";

const [folder, image] = process.argv.slice(2);
const channel = `unix:${join(folder, "migration.sock")}`;

const MACHINE = ["-accel", "tcg", "-m", "32", "-nodefaults", "-no-user-config", "-display", "none"];

/** Starts one machine; resolves with its monitor and a promise of its end. */
async function start(name, ...args) {
  const path = join(folder, `${name}.sock`);
  const monitor = ["-qmp", `unix:${path},server=on,wait=off`];
  const drive = ["-drive", `file=${image},format=raw,if=floppy,readonly=on`];
  const child = spawn("qemu-system-x86_64", [...MACHINE, ...drive, ...monitor, ...args], { stdio: "inherit" });
  process.once("exit", () => child.kill("SIGKILL"));
  const exited = new Promise((done) => child.once("exit", done));
  return { monitor: await Monitor.connect(path, () => child.exitCode === null), exited };
}

const capabilities = { capabilities: [{ capability: "postcopy-ram", state: true }] };
const source = await start("source");
const destination = await start("destination", "-incoming", "defer");

// The last page that the guest writes: it has booted when something is there.
const written = { "command-line": "xp /1xw 0x18ff000" };
while (/: 0x0+\s*$/.test(await source.monitor.ask("human-monitor-command", written))) await later();
for (const { monitor } of [source, destination]) await monitor.ask("migrate-set-capabilities", capabilities);
await destination.monitor.ask("migrate-incoming", { uri: channel });
// Slow enough that the guest, which writes all its memory all the time, never gets across by copying alone.
await source.monitor.ask("migrate-set-parameters", { "max-bandwidth": 4 << 20, "max-postcopy-bandwidth": 16 << 20 });
await source.monitor.ask("migrate", { uri: channel });
await source.monitor.until("active", 60_000, (status) => (status.ram?.transferred ?? 0) > 0);
await source.monitor.ask("migrate-start-postcopy");
const { ram } = await source.monitor.until("completed", 60_000);
const { running } = await destination.monitor.ask("query-status");
for (const { monitor, exited } of [source, destination]) {
  void monitor.ask("quit");
  await exited;
}
console.log(JSON.stringify({ running, postcopyRequests: ram["postcopy-requests"] }));
process.exit(running && ram["postcopy-requests"] > 0 ? 0 : 1);
