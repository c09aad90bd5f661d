/** One recording as one object: batches go in, live or out of a file, and every figure is asked of it. */
import type { Frame } from "#protocol/frames";
import type { Report } from "#protocol/report";
import type { Tail } from "../recording/arrowReader";
import type { Batch } from "../recording/batch";
import { parseEnd, parseMachine } from "../recording/rowTexts";
import { type EndText, EventKind, type MachineText, ProcessChange } from "../recording/schema";
import { messageName } from "../uffd/messages";
import { BatchView } from "./batchView";
import { Attribution } from "./causes/attribution";
import { Findings } from "./causes/findings";
import { FaultLinker } from "./faultLinker";
import { buildFrame, type FrameWindow } from "./frame";
import { IoctlStats } from "./ioctlStats";
import { Losses } from "./losses";
import { Processes } from "./processes";
import { RateMeter } from "./rates";
import { buildReport } from "./report";
import { SiteTable } from "./siteTable";

const PAGEFAULT = 0x12;

export class Trace {
  readonly ioctls = new IoctlStats();
  readonly processes = new Processes();
  readonly sites = new SiteTable();
  readonly losses = new Losses();
  readonly rates = new RateMeter();
  readonly findings = new Findings();
  readonly causes = new Attribution((failure, verdict) => this.findings.add(failure, verdict));
  readonly faults = new FaultLinker((endNs) => this.rates.addFault(endNs));
  /** Messages by name. */
  readonly messages = new Map<string, number>();
  /** Observations: ioctls, messages, faults, process changes and memory-management calls. */
  events = 0;
  /** Recording time of the latest thing known to have happened, ns. */
  lastNs = 0;
  /** Rows of kinds that this version does not know. */
  unknownRows = 0;
  machine: MachineText | undefined;
  end: EndText | undefined;
  tail: Tail | undefined;
  private finished = false;
  private sequence = 0;

  /** Consumes rows. Views on them are not kept: the columns may be reused afterwards. */
  add(batch: Batch): void {
    const view = new BatchView(batch);
    for (let row = batch.from; row < batch.to; row++) this.addRow(view, row);
    this.faults.advance(0);
    this.causes.advance(0);
  }

  /** Recording time goes on although nothing happens (live only). */
  advance(nowNs: number): void {
    this.lastNs = Math.max(this.lastNs, nowNs);
    this.faults.advance(nowNs);
    this.causes.advance(nowNs);
  }

  /** No more rows will come; `tail` is how the bytes ended, for a recording read from a file. */
  finish(tail?: Tail): void {
    this.finished = true;
    this.tail = tail;
    this.faults.finish();
    this.causes.finish();
  }

  /** True while more rows may come: what is said of it is said in the present. */
  get isLive(): boolean {
    return !this.finished;
  }

  report(): Report {
    return buildReport(this);
  }

  /** The next frame: aggregates for `window` and the totals. */
  frame(window: FrameWindow): Frame {
    return buildFrame(this, window, this.sequence++);
  }

  private addRow(view: BatchView, row: number): void {
    const kind = view.kind[row] as number;
    const happenedNs = this.observe(kind, view, row);
    if (happenedNs === undefined) {
      this.keepBooks(kind, view, row);
      return;
    }
    this.events++;
    this.causes.addRow(view, row);
    if (happenedNs > this.lastNs) this.lastNs = happenedNs;
  }

  /** Rows that are observations; returns when it was over, or undefined for a row about the recording itself. */
  private observe(kind: number, view: BatchView, row: number): number | undefined {
    switch (kind) {
      case EventKind.Ioctl: {
        const op = this.ioctls.known(view.request[row] as number);
        this.rates.addIoctl(view.timeNs(row), this.ioctls.add(op, view, row));
        this.faults.addCall(op.traits, view, row);
        this.processes.meet(view.pid[row] as number);
        return view.timeNs(row) + view.durationNs(row);
      }
      case EventKind.Message:
        this.addMessage(view, row);
        return view.timeNs(row);
      case EventKind.Fault:
      case EventKind.Waiting:
        this.faults.addFault(view, row, kind === EventKind.Waiting);
        return view.timeNs(row) + view.durationNs(row);
      case EventKind.Process:
        this.addProcess(view, row);
        return view.timeNs(row);
      case EventKind.KsmMerge:
      case EventKind.MmCall:
        return view.timeNs(row);
      default:
        return undefined;
    }
  }

  private meetMachine({ pageSize, kernel }: MachineText): void {
    this.faults.setPageBytes(pageSize);
    this.causes.world.meetMachine(pageSize, kernel);
  }

  private addMessage(view: BatchView, row: number): void {
    const name = messageName(view.request[row] as number);
    this.messages.set(name, (this.messages.get(name) ?? 0) + 1);
    if (view.request[row] === PAGEFAULT) this.faults.addMessage(view, row);
    this.processes.meet(view.pid[row] as number);
  }

  private addProcess(view: BatchView, row: number): void {
    const change = this.processes.add(view, row);
    if (change === ProcessChange.Exec || change === ProcessChange.Exited) {
      this.faults.ranges.forget(view.pid[row] as number);
    }
  }

  private keepBooks(kind: number, view: BatchView, row: number): void {
    switch (kind) {
      case EventKind.Thread:
        break;
      case EventKind.Site:
        this.sites.add(view.site[row] as number, view.text(row) ?? "");
        break;
      case EventKind.Loss:
        this.faults.noteLoss();
        this.causes.world.lossless = false;
        this.losses.add(view, row);
        break;
      case EventKind.Registered:
        this.faults.addRegistered(view, row);
        this.causes.addRow(view, row);
        break;
      case EventKind.Blocked:
        this.faults.addBlocked(view, row);
        this.causes.addRow(view, row);
        break;
      case EventKind.Machine:
        this.machine = parseMachine(view.text(row) ?? "") ?? this.machine;
        if (this.machine) this.meetMachine(this.machine);
        this.faults.beganNs = this.machine?.keptFromNs ?? 0;
        if (this.machine?.via === "preload") this.faults.wakesUnseen = true;
        break;
      case EventKind.End:
        this.end = parseEnd(view.text(row) ?? "");
        this.lastNs = Math.max(this.lastNs, view.timeNs(row));
        break;
      default:
        this.unknownRows++;
    }
  }
}
