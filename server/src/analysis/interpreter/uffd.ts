import type { Obj } from "./memory";
import type { Origin } from "./pages";
import type { Value } from "./value";

/** An address space: a fork makes a new one. */
export interface AddressSpace {
  readonly id: number;
  /** The process this one was forked from. */
  readonly parent?: AddressSpace;
}

/** A userfaultfd as the path knows it. */
export interface Uffd {
  readonly fd: number;
  readonly owner: AddressSpace;
  readonly madeAt: Origin;
  /** False until UFFDIO_API; undefined when the descriptor came from outside. */
  ready: boolean | undefined;
  features: number;
  /** Made elsewhere: what it has registered is not known. */
  readonly foreign: boolean;
  /** Events (fork, remap, …) the kernel waits to have read, with what made them. */
  pendingEvents: Origin[];
  /** Objects of which something was registered. */
  readonly objects: Set<Obj>;
  /** Something unknown was registered: what lies outside of the known ranges may be registered after all. */
  blind: boolean;
  nonBlocking: boolean;
  /** The main thread has waited for a message nobody sends once already. */
  starved?: boolean;
}

/** Any descriptor a path opens. */
export type Descriptor =
  | { readonly k: "uffd"; readonly uffd: Uffd }
  | {
      readonly k: "file" | "memfd" | "zero" | "uffdDevice" | "uring" | "pipe" | "epoll" | "other";
      readonly hugetlb?: boolean;
      /** Descriptors of an epoll set, with where their user data is kept. */
      readonly watched?: Map<number, Value>;
    };
