/** What limits the figures of a recording, or why there are none: whole sentences. */
import { formatBytes, formatClock, formatCount, formatQuantity } from "#protocol/format";
import type { Trace } from "./trace";

function emptiness(trace: Trace): string[] {
  if (trace.ioctls.byOp.size > 0 || trace.messages.size > 0) return [];
  const { total } = trace.faults.stats;
  if (trace.isLive) {
    // That nothing at all has happened is for the view to say: it knows what is attached and for how long.
    return total > 0 ? ["Only faults so far: nobody has called a UFFDIO_* ioctl or read a message yet."] : [];
  }
  if (total > 0) return ["Only faults were recorded: nobody called a UFFDIO_* ioctl or read a message while it ran."];
  return [
    "Nothing was recorded: no traced process called a UFFDIO_* ioctl or read a userfaultfd message while it ran. `faultscope targets` lists the processes that hold a userfaultfd.",
  ];
}

function losses(trace: Trace): string[] {
  return [...trace.losses.byBorder].map(
    ([border, count]) =>
      `${formatQuantity(count, "event")} lost: ${border}. Counts and percentiles are too low by these.`,
  );
}

function ending(trace: Trace): string[] {
  const { end, tail } = trace;
  const notes: string[] = [];
  if (tail?.kind === "torn") {
    notes.push(`The last ${formatBytes(tail.bytes)} are an incomplete batch and were left out.`);
  }
  if (tail?.kind === "damaged") {
    notes.push(
      `The file is damaged at byte ${formatCount(tail.atByte)}; the ${formatBytes(tail.bytes)} from there on were left out.`,
    );
  }
  if (tail && !end) notes.push(`The recording was cut off at ${formatClock(trace.lastNs)}: it has no end mark.`);
  if (end?.message !== undefined) notes.push(end.message);
  else if (end?.reason === "probe lost")
    notes.push("The probe ended before the recording did; what followed was not seen.");
  return notes;
}

function faults(trace: Trace): string[] {
  const { stats, dropped } = trace.faults;
  const notes: string[] = [];
  if (stats.withoutTrap > 0) {
    const many = formatQuantity(stats.withoutTrap, "fault");
    notes.push(
      `${many} came through the kernel (KVM, process_vm_readv, MADV_POPULATE): without a trap there is no latency.`,
    );
  }
  if (stats.before > 0)
    notes.push(`${formatQuantity(stats.before, "fault")} waited already when recording began: how long is not known.`);
  if (stats.released > 0)
    notes.push(
      `${formatQuantity(stats.released, "fault")} ended with UFFDIO_UNREGISTER: the range was released, or its lock was waited for.`,
    );
  if (dropped > 0) {
    notes.push(
      `${formatQuantity(dropped, "message")} could not be matched with faults: too many were waiting at once.`,
    );
  }
  return notes;
}

function uncounted(trace: Trace): string[] {
  const { uncounted: count } = trace.findings;
  return count === 0
    ? []
    : [
        `${formatQuantity(count, "failed call")} are in no finding: there are too many places and causes to tell apart.`,
      ];
}

export function notesOf(trace: Trace): string[] {
  const unknown = trace.unknownRows;
  return [
    ...(trace.machine?.limits ?? []),
    ...emptiness(trace),
    ...losses(trace),
    ...ending(trace),
    ...faults(trace),
    ...uncounted(trace),
    ...trace.sites.notes(trace.ioctls.byOp.values()),
    ...(unknown > 0
      ? [`${formatQuantity(unknown, "row")} of a kind that this version does not know were left out.`]
      : []),
  ];
}
