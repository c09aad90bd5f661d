import type { PagePair, UffdCall } from "../interpreter/kernel/call";
import type { Finding } from "../interpreter/record";

/**
 * One reason for the kernel to refuse a call. A rule asks the state it is given and nothing else; the first rule that
 * finds something decides the errno, so their order is the kernel's order of checks.
 */
export interface Rule {
  readonly code: string;
  /** Refuses the call as a whole. */
  readonly whole?: (call: UffdCall) => Finding | undefined;
  /** Stops the call at a page. */
  readonly page?: (call: UffdCall, page: PagePair) => Finding | undefined;
}

export const ERRNO = { ENOENT: 2, EAGAIN: 11, EFAULT: 14, EBUSY: 16, EEXIST: 17, EINVAL: 22 } as const;
