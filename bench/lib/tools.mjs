// The tracers that are compared: how each is attached to a process, seen to be attached, and taken off again.
import { spawn, spawnSync } from "node:child_process";
import { readdirSync, readlinkSync } from "node:fs";
import { join } from "node:path";

const TRIES_MS = 20;
const later = () => new Promise((done) => setTimeout(done, TRIES_MS));

const INSIST_MS = 3000;
const PATIENCE_MS = 60_000;

/** Nothing that is measured takes so long; whoever waits longer is told for what. */
export function inTime(what, promise) {
  let timer;
  const late = new Promise((_, failed) => {
    timer = setTimeout(() => failed(new Error(`${what}: not within ${PATIENCE_MS / 1000} s.`)), PATIENCE_MS);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

const exists = (command) => spawnSync("sh", ["-c", `command -v ${command}`]).status === 0;

/** Per-syscall tracepoints need tracefs; mounted where only the tool sees it, if nobody else did. */
const withTracefs = (command) => [
  ...["unshare", "--mount", "--propagation", "private", "sh", "-c"],
  '[ -d /sys/kernel/tracing/events ] || mount -t tracefs tracefs /sys/kernel/tracing; exec "$@"',
  "tracefs",
  ...command,
];

function perfEvents(pid) {
  try {
    const fds = readdirSync(`/proc/${pid}/fd`).map((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`));
    return fds.filter((target) => target === "anon_inode:[perf_event]").length;
  } catch {
    return 0; // a descriptor was closed while we looked
  }
}

/** Whether a process still runs something of a folder. */
function inUse(folder) {
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return pids.some((pid) => {
    try {
      return readlinkSync(`/proc/${pid}/exe`).startsWith(folder);
    } catch {
      return false; // ended, or a thread of the kernel
    }
  });
}

/** A tool that runs until SIGINT. `ready` says from its words and its process whether it is attached. */
async function start(command, ready) {
  const [file, ...args] = command;
  const child = spawn(file, args, { stdio: ["ignore", "pipe", "pipe"] });
  let words = "";
  child.stderr.on("data", (bytes) => {
    words += bytes;
  });
  child.stdout.resume();
  const ended = new Promise((done, failed) => {
    child.once("error", failed);
    child.once("close", done);
  });
  const deadline = Date.now() + PATIENCE_MS;
  while (!ready(words, child.pid)) {
    if (child.exitCode === null && Date.now() < deadline) await later();
    else {
      child.kill("SIGKILL");
      throw new Error(`${command.join(" ")} was not attached:\n${words}`);
    }
  }
  return async () => {
    child.kill("SIGINT");
    // bpftrace 0.17 looks at its flag and then waits without end: a signal between the two is lost on it.
    const again = setInterval(() => child.kill("SIGINT"), INSIST_MS);
    await inTime(`the end of ${command.join(" ")}`, ended).finally(() => {
      clearInterval(again);
      child.kill("SIGKILL");
    });
  };
}

const CALLS = "tracepoint:syscalls:sys_enter_ioctl,tracepoint:syscalls:sys_exit_ioctl";
/** bpftrace attaches both programs of a script before it waits for events; each is a perf event. */
const bpftrace = (script) => () =>
  start(withTracefs(["bpftrace", "-e", script]), (_, pid) => perfEvents(pid) >= 2 + BPFTRACE_OWN);
/** bpftrace reads its output from one perf event a CPU. */
const BPFTRACE_OWN = readdirSync("/sys/devices/system/cpu").filter((name) => /^cpu\d+$/.test(name)).length;

/** Records with a build of Faultscope; what was recorded is compared with what was done. */
const faultscope = (dist) => async (pid, folder) => {
  const file = join(folder, "light.faultscope");
  const cli = [process.execPath, join(dist, "cli.cjs")];
  const stop = await start([...cli, "record", "--pid", `${pid}`, "-o", file], (words) => /^Recording /m.test(words));
  return async () => {
    await stop();
    // The probe's child takes the programs back, for a second: the next tool would be measured with them.
    while (inUse(join(dist, "native", "/"))) await later();
    const report = spawnSync(cli[0], [cli[1], "report", "--json", file], { encoding: "utf8", maxBuffer: 1 << 26 });
    const { ioctls, lost } = JSON.parse(report.stdout);
    const calls = (op) => ioctls.find((each) => each.op === op)?.calls ?? 0;
    return { lost, recorded: calls("MOVE") + calls("COPY") };
  };
};

/** Tools in the order they take turns. `attach(pid, folder)` resolves with what detaches. `beside`: it traces another. */
export function tools(dist, others) {
  return [
    { name: "nothing", attach: async () => async () => undefined },
    { name: "empty pair", needs: "bpftrace", attach: bpftrace(`${CALLS} /0/ { @ = 1; }`) },
    { name: "faultscope", attach: faultscope(dist) },
    ...others.map((other) => ({ name: other, attach: faultscope(other) })),
    { name: "faultscope on another", beside: true, attach: faultscope(dist) },
    {
      name: "bpftrace, count",
      needs: "bpftrace",
      attach: (pid) => bpftrace(`${CALLS} /pid == ${pid}/ { @[probe] = count(); }`)(),
    },
    {
      name: "bpftrace, print",
      needs: "bpftrace",
      attach: (pid) => bpftrace(`${CALLS} /pid == ${pid}/ { printf("%d %s\\n", tid, probe); }`)(),
    },
    {
      name: "perf record",
      needs: "perf",
      attach: (pid, folder) => {
        const events = ["-e", "syscalls:sys_enter_ioctl", "-e", "syscalls:sys_exit_ioctl"];
        const output = ["-o", join(folder, "perf.data"), "-p", `${pid}`];
        return start(withTracefs(["perf", "record", "-q", ...events, ...output]), (_, own) => perfEvents(own) >= 2);
      },
    },
    {
      name: "strace",
      needs: "strace",
      attach: (pid, folder) => {
        const output = ["-o", join(folder, "strace.txt"), "-e", "trace=ioctl"];
        return start(["strace", "-f", "-T", ...output, "-p", `${pid}`], (words) => /attached/.test(words));
      },
    },
  ].map((tool) => ({ ...tool, absent: tool.needs !== undefined && !exists(tool.needs) }));
}
