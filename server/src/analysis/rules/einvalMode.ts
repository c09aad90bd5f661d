import { finding } from "./message";
import { ERRNO, type Rule } from "./rule";

const WP = 2;
const WP_AND_DONTWAKE = 3;

/** Mode bits the call does not know or does not allow together. */
export const einvalMode: Rule = {
  code: "einval-mode",
  whole(call) {
    const { ioctl, mode } = call;
    const bad = (what: string) => finding(call, "einval-mode", ERRNO.EINVAL, what);
    if (ioctl.name === "API") {
      const api = call.fields.get("api");
      if (typeof api === "number" && api !== 0xaa) return bad("the api field is not UFFD_API");
      return call.uffd.ready === true ? bad("UFFDIO_API was done before on this descriptor") : undefined;
    }
    if (mode === undefined || ioctl.modes.length === 0) return undefined;
    if (ioctl.name === "REGISTER" && mode === 0) return bad("the mode is 0");
    const known = ioctl.modes.reduce((all, m) => all | Number(m.value), 0);
    if (mode < 0 || (mode & ~known) !== 0)
      return bad(`the mode 0x${mode.toString(16)} has bits this call does not know`);
    const protects = (ioctl.name === "COPY" || ioctl.name === "CONTINUE") && (mode & WP) !== 0;
    if (protects && call.dstMappings.some((r) => r.v.uffd && r.v.uffd !== "unknown" && !(r.v.mode & WP)))
      return bad("the destination is not registered for write protection");
    if (ioctl.name === "WRITEPROTECT" && mode === WP_AND_DONTWAKE)
      return bad("protecting and DONTWAKE exclude each other");
    return undefined;
  },
};
