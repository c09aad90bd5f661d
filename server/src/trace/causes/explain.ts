/** From a failed call to its cause, by errno. */
import type { ObservedName } from "../../uffd/observed";
import { certain, type Failure, NOTHING, type Verdict } from "./failure";
import { explainBusy } from "./rules/ebusy";
import { explainExists } from "./rules/eexist";
import { explainInvalid } from "./rules/einval";
import { explainAbsent } from "./rules/enoent";
import { explainFault, explainNoMemory, explainNoProcess, explainPermission } from "./rules/others";
import { PageState, stateOf } from "./space";

const ERRNO = { EPERM: 1, ENOENT: 2, ESRCH: 3, EINTR: 4, EBADF: 9, ENOMEM: 12, EFAULT: 14, EBUSY: 16, EEXIST: 17 };
const EINVAL = 22;
const ENOTTY = 25;

/** What needs more than the state of memory: when a fault of a page was last delivered. */
export type LastMessage = (failure: Failure) => number;

export function explain(failure: Failure, lastMessage: LastMessage): Verdict {
  switch (failure.errno) {
    case ERRNO.EBUSY:
      return explainBusy(failure);
    case ERRNO.EEXIST:
      return explainExists(failure, lastMessage(failure));
    case ERRNO.ENOENT:
      return explainAbsent(failure);
    case EINVAL:
      return explainInvalid(failure);
    case ERRNO.EFAULT:
      return explainFault(failure);
    case ERRNO.ESRCH:
      return explainNoProcess(failure);
    case ERRNO.ENOMEM:
      return explainNoMemory(failure);
    case ERRNO.EPERM:
      return explainPermission(failure);
    case ENOTTY:
      return certain("descriptor");
    case ERRNO.EBADF:
      return certain("bad-descriptor");
    case ERRNO.EINTR:
      return certain("signal");
    default:
      return NOTHING;
  }
}

/**
 * Why a call stopped before `failure.page` when no later call shows the errno: what the state of the page would have
 * answered. Destination first, as the kernel looks.
 */
export function explainStop(failure: Failure, lastMessage: LastMessage): Verdict {
  const { space, page, sourcePage, traits } = failure;
  if (!space) return NOTHING;
  const state = stateOf(space.presence.get(page));
  if (state === PageState.Populated || state === PageState.Zero || state === PageState.Marker) {
    return likelier(explain({ ...failure, errno: ERRNO.EEXIST }, lastMessage));
  }
  if (traits.op !== "MOVE") return NOTHING;
  const source = stateOf(space.presence.get(sourcePage));
  if (source === PageState.Marker) return likelier(explain({ ...failure, errno: ERRNO.EFAULT }, lastMessage));
  if (source === PageState.Emptied || source === PageState.Fresh) {
    // A plain store may have filled it since; then a fork is what is left to explain it.
    const hole = explain({ ...failure, errno: ERRNO.ENOENT }, lastMessage);
    const busy = explain({ ...failure, errno: ERRNO.EBUSY }, lastMessage);
    return busy.suspects.length > 0
      ? likelier({ suspects: [...busy.suspects, ...hole.suspects], open: [] })
      : likelier(hole);
  }
  return likelier(explain({ ...failure, errno: ERRNO.EBUSY }, lastMessage));
}

function likelier({ suspects, open }: Verdict): Verdict {
  const many = suspects.length > 1;
  return { suspects: suspects.map((one) => ({ ...one, confidence: many ? "possible" : "likely" })), open };
}

/** Kinds that stand for themselves when a call stopped early and no more is known. */
export const PARTIAL: ObservedName = "partial";
export const WENT_ON: ObservedName = "partial-went-on";
