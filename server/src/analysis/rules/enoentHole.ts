import { certaintyOf, finding } from "./message";
import { ERRNO, type Rule } from "./rule";

const ALLOW_SRC_HOLES = 2;

/** A source page that is not there. */
export const enoentHole: Rule = {
  code: "enoent-hole",
  whole(call) {
    if (call.ioctl.name !== "MOVE") return undefined;
    // What lies behind a mapping is most often another one.
    const behind = call.dst.pages && call.dst.first >= call.dst.pages.count;
    const gone = [behind ? undefined : call.dstMappings[0], call.srcMappings[0]].find((m) => m?.v.type === "none");
    return (
      gone && finding(call, "enoent-hole", ERRNO.ENOENT, "nothing is mapped at the start of the range", [gone.v.by])
    );
  },
  page(call, { src }) {
    if (call.ioctl.name !== "MOVE" || src?.content !== "hole" || call.mode === undefined || call.mode & ALLOW_SRC_HOLES)
      return undefined;
    const why =
      src.by?.what === "moved"
        ? "was moved away before"
        : src.by?.what.startsWith("MADV_")
          ? `was dropped with ${src.by.what}`
          : "was never written";
    return finding(call, "enoent-hole", ERRNO.ENOENT, `the source page ${why}`, [src.by], certaintyOf(src));
  },
};
