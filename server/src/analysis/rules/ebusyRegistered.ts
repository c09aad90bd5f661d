import { finding } from "./message";
import { ERRNO, type Rule } from "./rule";

/** UFFDIO_REGISTER of memory that another userfaultfd owns. */
export const ebusyRegistered: Rule = {
  code: "ebusy-registered",
  whole(call) {
    if (call.ioctl.name !== "REGISTER") return undefined;
    const taken = call.dstMappings.find((m) => m.v.uffd && m.v.uffd !== "unknown" && m.v.uffd !== call.uffd);
    if (!taken) return undefined;
    return finding(call, "ebusy-registered", ERRNO.EBUSY, "the range belongs to another userfaultfd", [taken.v.by]);
  },
};
