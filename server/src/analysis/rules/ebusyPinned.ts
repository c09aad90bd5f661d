import { finding } from "./message";
import { ERRNO, type Rule } from "./rule";

/** A source page that is pinned for DMA. */
export const ebusyPinned: Rule = {
  code: "ebusy-pinned",
  page(call, { src }) {
    if (call.ioctl.name !== "MOVE" || !src?.pinned) return undefined;
    return finding(call, "ebusy-pinned", ERRNO.EBUSY, "the source is pinned as a registered buffer", [src.pinned]);
  },
};
