/** The processes of a recording with their memory and descriptors: whose address space a call is about. */
import { CLONE_VM } from "../../uffd/mmCalls";
import { DeedLog } from "./deeds";
import type { Event } from "./event";
import { Space, type Uffd } from "./space";

interface Process {
  space: Space;
  readonly descriptors: Map<number, Uffd>;
}

/** The oldest of more processes are forgotten. */
const MAX_PROCESSES = 10_000;

export class World {
  readonly deeds = new DeedLog();
  pageBytes = 4096;
  /** Linux version as a number, 6018 for 6.18; 0 when unknown. */
  kernel = 0;
  /** ksmd was seen to merge pages: that it merged others would have been seen, too. */
  mergesSeen = false;
  /** Nothing was lost: what is not in the record did not happen. */
  lossless = true;
  private readonly processes = new Map<number, Process>();
  /** Descriptors that a FORK message brought, until the fork itself is over, by the parent's memory. */
  private readonly unborn = new Map<Space, { readonly child: Uffd; readonly parent: Uffd }[]>();

  /** `release` as uname says it: `6.18.44-…`. */
  meetMachine(pageBytes: number, release: string): void {
    this.pageBytes = pageBytes;
    const [, major, minor] = /^(\d+)\.(\d+)/.exec(release) ?? [];
    this.kernel = major === undefined ? 0 : Number(major) * 1000 + Number(minor);
  }

  space(pid: number): Space {
    return this.process(pid).space;
  }

  deed(what: string, event: Event): number {
    return this.deeds.add(what, event.timeNs, event.endNs, event.pid, event.tid, event.site);
  }

  /** The descriptor a call used. One that was never seen to be created came from elsewhere. */
  uffd(pid: number, fd: number): Uffd {
    const process = this.process(pid);
    const known = process.descriptors.get(fd);
    if (known) return known;
    const { space } = process;
    const own = !space.complete;
    const origin = own ? space : this.onlyOther(space);
    const fresh: Uffd = { space: origin, deed: 0, features: 0, handshake: undefined, known: false, closed: false };
    process.descriptors.set(fd, fresh);
    return fresh;
  }

  /** A descriptor was created; one of the same number was closed before. */
  created(pid: number, fd: number, deed: number): void {
    const { space, descriptors } = this.process(pid);
    this.closed(space, descriptors.get(fd), deed);
    descriptors.set(fd, { space, deed, features: 0, handshake: 0, known: true, closed: false });
  }

  /** Returns whether the descriptor was a userfaultfd. Another process may hold it still. */
  close(pid: number, fd: number, deed: () => number): boolean {
    const { descriptors } = this.process(pid);
    const uffd = descriptors.get(fd);
    if (!uffd) return false;
    descriptors.delete(fd);
    for (const process of this.processes.values()) {
      for (const other of process.descriptors.values()) if (other === uffd) return true;
    }
    if (uffd.space) this.closed(uffd.space, uffd, deed());
    return true;
  }

  /** A FORK message was read: the new descriptor is about the memory of a child whose fork is not over yet. */
  forkRead(event: Event): void {
    const parent = this.uffd(event.pid, event.fd);
    const { features, handshake } = parent;
    const deed = this.deed("fork event", event);
    const child: Uffd = { space: undefined, deed, features, handshake, known: true, closed: false };
    this.process(event.pid).descriptors.set(event.result, child);
    if (!parent.space) return;
    const waiting = this.unborn.get(parent.space);
    if (waiting) waiting.push({ child, parent });
    else this.unborn.set(parent.space, [{ child, parent }]);
  }

  forked(event: Event): void {
    const parent = this.process(event.peer);
    if ((event.mode & CLONE_VM) !== 0) {
      parent.space.users++;
      this.keep(event.pid, { space: parent.space, descriptors: new Map(parent.descriptors) });
      return;
    }
    // The row's tid is the parent's thread, its pid the child.
    const deed = this.deeds.add("fork", event.timeNs, event.timeNs, event.peer, event.tid, event.site);
    const fork = { timeNs: event.timeNs, deed };
    parent.space.addFork(fork);
    const child = parent.space.child(fork);
    child.users = 1;
    this.bear(parent.space, child);
    this.keep(event.pid, { space: child, descriptors: new Map(parent.descriptors) });
  }

  /** A new program has new memory; its descriptors are still those of the old one. */
  executed(event: Event): void {
    const process = this.process(event.pid);
    this.left(process.space, "exec", event);
    const space = new Space(true);
    space.users = 1;
    process.space = space;
  }

  exited(event: Event): void {
    const process = this.processes.get(event.pid);
    if (!process) return;
    this.left(process.space, "exit", event);
    this.processes.delete(event.pid);
  }

  private left(space: Space, what: string, event: Event): void {
    space.users--;
    if (space.users > 0) return;
    space.exited = this.deed(what, event);
    this.unborn.delete(space);
  }

  /** A child's registrations are those its parent's descriptors were told of. */
  private bear(parent: Space, child: Space): void {
    for (const born of this.unborn.get(parent) ?? []) {
      born.child.space = child;
      for (const { start, end, value } of parent.registrations.all()) {
        if (value.uffd === born.parent && value.ended === 0) {
          child.registrations.set(start, end, { ...value, uffd: born.child });
        }
      }
    }
    this.unborn.delete(parent);
  }

  private closed(space: Space, old: Uffd | undefined, deed: number): void {
    if (!old || old.space !== space) return;
    old.closed = true;
    for (const { start, end, value } of [...space.registrations.all()]) {
      if (value.uffd === old && value.ended === 0) space.registrations.set(start, end, { ...value, ended: deed });
    }
  }

  /** A received descriptor is about the memory of the one other process that has any, if it is one. */
  private onlyOther(space: Space): Space | undefined {
    const others = new Set<Space>();
    for (const process of this.processes.values()) {
      for (const { space: other } of process.descriptors.values()) if (other && other !== space) others.add(other);
    }
    return others.size === 1 ? [...others][0] : undefined;
  }

  private process(pid: number): Process {
    const known = this.processes.get(pid);
    if (known) return known;
    const space = new Space(false);
    space.users = 1;
    return this.keep(pid, { space, descriptors: new Map() });
  }

  private keep(pid: number, process: Process): Process {
    if (this.processes.size >= MAX_PROCESSES) {
      const oldest = this.processes.keys().next().value;
      if (oldest !== undefined) this.processes.delete(oldest);
    }
    this.processes.set(pid, process);
    return process;
  }
}
