import { finding } from "./message";
import { ERRNO, type Rule } from "./rule";

/** UFFDIO_MOVE from a process that did not make the descriptor. */
export const einvalForeignMm: Rule = {
  code: "einval-foreign-mm",
  whole(call) {
    if (call.ioctl.name !== "MOVE" || call.uffd.owner === call.machine.space) return undefined;
    return finding(call, "einval-foreign-mm", ERRNO.EINVAL, "the descriptor was made by another process", [
      call.uffd.madeAt,
    ]);
  },
};
