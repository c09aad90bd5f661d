import { PAGE } from "../domain/constants";
import { finding } from "./message";
import { ERRNO, type Rule } from "./rule";

/** Addresses and lengths that are not whole pages. */
export const einvalAlignment: Rule = {
  code: "einval-alignment",
  whole(call) {
    if (call.ioctl.name === "API") return undefined;
    const bad = (what: string) => finding(call, "einval-alignment", ERRNO.EINVAL, what);
    const { len, dst, src } = call;
    if (len === 0) return bad("the length is 0");
    if (len !== undefined && len % PAGE !== 0) return bad(`the length ${len} is not a multiple of the page size`);
    if (dst.start !== undefined && dst.start % PAGE !== 0)
      return bad(`the ${src ? "destination" : "start"} is not page aligned`);
    if (call.ioctl.name === "MOVE" && src?.start !== undefined && src.start % PAGE !== 0) {
      const heap = src.obj?.kind === "heap" && src.start === src.obj.address;
      return bad(heap ? "the source comes from malloc() and is not page aligned" : "the source is not page aligned");
    }
    return undefined;
  },
};
