/** Every state the page can be in, as the messages that lead to it. */
import type { HostToWebview } from "#protocol/panel";
import type { SessionState, Target } from "#protocol/session";
import { frameOf, reportOf } from "./builders";
import { syntheticFrame } from "./fixtures";

const targets = [{ pid: 41207, command: "/home/dev/compactor/compactor --rounds 0 --json /tmp/truth.json" }];
const file = "/home/dev/compactor/gc-run.faultscope";
const recording: SessionState = {
  phase: "recording",
  targets,
  file,
  startedAtMs: 0,
  hooks: "BPF tracepoints on ioctl, read and page_fault_user",
};
const recorded: SessionState = { phase: "recorded", file, targets, durationNs: 30.04e9, ended: "stopped by the user." };
const listed: readonly Target[] = [
  {
    pid: 3390,
    command: "qemu-system-x86_64",
    user: "libvirt-qemu",
    fds: [31],
    registeredBytes: 8 * 2 ** 30,
    pendingFaults: 0,
  },
  {
    pid: 41207,
    command: "/home/dev/compactor/compactor",
    user: "dev",
    fds: [5, 6],
    registeredBytes: 1.06 * 2 ** 30,
    pendingFaults: 2,
  },
];
const snapshot = (
  state: SessionState,
  frame: HostToWebviewFrame = null,
  of: readonly Target[] = listed,
): HostToWebview => ({
  type: "snapshot",
  state,
  frame,
  targets: of,
});
type HostToWebviewFrame = Extract<HostToWebview, { type: "snapshot" }>["frame"];

export const SCENES: Readonly<Record<string, readonly HostToWebview[]>> = {
  loading: [],
  ready: [snapshot({ phase: "idle" })],
  readyNone: [snapshot({ phase: "idle" }, null, [])],
  starting: [snapshot({ phase: "starting", target: "compactor (41207)" })],
  silent: [snapshot(recording, frameOf({ nowNs: 4.2e9, report: reportOf({ durationNs: 4.2e9 }) }))],
  recording: [snapshot(recording, syntheticFrame({ findings: true }))],
  healthy: [snapshot(recording, syntheticFrame({ failures: false, nowS: 12.4 }))],
  lost: [snapshot(recording, syntheticFrame({ lost: true }))],
  recorded: [snapshot(recorded, syntheticFrame())],
  opening: [snapshot({ phase: "opening", file, readBytes: 1.18e9, totalBytes: 1.9e9 })],
  empty: [
    snapshot(
      { ...recorded, durationNs: 8e9 },
      frameOf({ report: reportOf({ notes: ["The target closed its userfaultfd before tracing began."] }) }),
    ),
  ],
  failed: [
    snapshot({
      phase: "failed",
      problem: {
        code: "no-privilege",
        message: "The probe may not trace on this machine.",
        remedy:
          "It needs cap_bpf and cap_perfmon. An administrator grants them once: `sudo setcap cap_bpf,cap_perfmon=ep /usr/lib/faultscope/faultscope-probe`",
      },
    }),
  ],
  hostile: [
    snapshot(
      {
        ...recording,
        targets: [{ pid: 1, command: `<img src=x onerror="alert(1)">\u202egnp.evil\n${"x".repeat(300)}` }],
      },
      {
        ...syntheticFrame(),
        lost: [],
        errnos: [{ errno: "errno 9999999999", count: [1] }],
        series: [{ op: "0xDEADBEEF<script>", count: [5], errors: [], p50Ns: [], p99Ns: [], maxNs: [] }],
      },
    ),
  ],
};
