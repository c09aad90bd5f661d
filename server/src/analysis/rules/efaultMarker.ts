import { finding } from "./message";
import { ERRNO, type Rule } from "./rule";

/** A source entry without a page behind it: guard, poison, write-protect marker. */
export const efaultMarker: Rule = {
  code: "efault-marker",
  page(call, { src }) {
    if (call.ioctl.name !== "MOVE" || src?.content !== "marker") return undefined;
    return finding(call, "efault-marker", ERRNO.EFAULT, "the source page is a guard or poison marker", [src.by]);
  },
};
