import { mergePartner } from "../interpreter/content";
import { finding } from "./message";
import { ERRNO, type Rule } from "./rule";

/** A source page that ksmd may have merged: it was open to merging while the program waited. */
export const ebusyKsm: Rule = {
  code: "ebusy-ksm",
  page(call, { index, src, srcMapping }) {
    if (call.ioctl.name !== "MOVE" || src?.content !== "data" || !srcMapping?.mergeable) return undefined;
    const { obj } = call.src ?? {};
    const partner = obj ? mergePartner(call.machine, obj, (call.src?.first ?? 0) + index) : "unknown";
    if (partner === "no") return undefined;
    const waited = src.epoch < call.machine.epoch && partner === "yes";
    return finding(
      call,
      "ebusy-ksm",
      ERRNO.EBUSY,
      `the source is open to same-page merging (${srcMapping.mergeable.what}), and ksmd may have merged it`,
      [srcMapping.mergeable],
      waited ? "timing" : "look",
    );
  },
};
