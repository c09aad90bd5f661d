import { certaintyOf, finding } from "./message";
import { ERRNO, type Rule } from "./rule";

const HOW: Readonly<Record<string, string>> = {
  written: "was written before",
  read: "was read before, which maps the zero page",
  placed: "was placed before",
  moved: "was moved here before",
  zeroed: "holds a zero page that was placed before",
  MAP_POPULATE: "was filled by MAP_POPULATE",
};

/** A destination page that is there already. */
export const eexistPopulated: Rule = {
  code: "eexist-populated",
  page(call, { dst }) {
    const { name } = call.ioctl;
    if (name !== "COPY" && name !== "MOVE" && name !== "ZEROPAGE" && name !== "POISON" && name !== "CONTINUE")
      return undefined;
    if (name === "CONTINUE" && dst.by?.what !== "placed") return undefined;
    const marker = dst.content === "marker" && name !== "COPY";
    if (dst.content !== "data" && dst.content !== "zero" && !marker) return undefined;
    const here = call.machine.here();
    const again = here !== undefined && dst.by?.at?.file === here.file && dst.by.at.start === here.start;
    const how = again
      ? "was placed by this ioctl before"
      : (HOW[dst.by?.what ?? ""] ?? (marker ? "holds a marker" : "is present"));
    return finding(call, "eexist-populated", ERRNO.EEXIST, `the destination page ${how}`, [dst.by], certaintyOf(dst));
  },
};
