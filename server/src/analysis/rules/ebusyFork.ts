import { finding } from "./message";
import { ERRNO, type Rule } from "./rule";

/** A source page that is shared with another process since a fork. */
export const ebusyFork: Rule = {
  code: "ebusy-fork",
  page(call, { src }) {
    if (call.ioctl.name !== "MOVE" || src?.content !== "data" || !src.shared) return undefined;
    const how = src.shared.what === "child_process" ? "starting a child process" : `${src.shared.what}()`;
    return finding(
      call,
      "ebusy-fork",
      ERRNO.EBUSY,
      `the source is shared with a child since ${how}, and was not written again`,
      [src.shared, src.by],
    );
  },
};
