import { PROT } from "../domain/constants";
import type { UffdCall } from "../interpreter/kernel/call";
import type { Finding } from "../interpreter/record";
import { finding } from "./message";
import { ERRNO, type Rule } from "./rule";

const KIND: Readonly<Record<string, string>> = {
  shared: "a shared mapping",
  file: "a file mapping",
  hugetlb: "hugetlb memory",
};
const MINOR = 4;

/** Mappings whose kind, protection, locking or borders do not allow the call. */
export const einvalMapping: Rule = {
  code: "einval-mapping",
  whole(call) {
    switch (call.ioctl.name) {
      case "MOVE":
        return move(call);
      case "REGISTER":
        return register(call);
      case "CONTINUE":
        return call.dstMappings[0]?.v.type === "anonymous"
          ? finding(
              call,
              "einval-mapping",
              ERRNO.EINVAL,
              "the range is anonymous memory, which has no page cache to map from",
            )
          : undefined;
      case "ZEROPAGE":
        return call.dstMappings[0]?.v.type === "hugetlb"
          ? finding(call, "einval-mapping", ERRNO.EINVAL, "the range is hugetlb memory")
          : undefined;
      default:
        return undefined;
    }
  },
};

function move(call: UffdCall): Finding | undefined {
  const bad = (what: string, ...causes: Parameters<typeof finding>[4] & {}) =>
    finding(call, "einval-mapping", ERRNO.EINVAL, what, causes);
  for (const [side, runs] of [
    ["source", call.srcMappings],
    ["destination", call.dstMappings],
  ] as const) {
    const kind = runs.map((r) => KIND[r.v.type]).find((k) => k !== undefined);
    if (kind) return bad(`the ${side} is ${kind}`);
    if (runs.length > 1) {
      const by = runs.find((r) => r.v.by)?.v.by;
      return bad(`the ${side} range spans more than one mapping${by ? ` since ${by.what}` : ""}`, by);
    }
  }
  const src = call.srcMappings[0]?.v;
  const dst = call.dstMappings[0]?.v;
  if (!src || !dst || src.type !== "anonymous" || dst.type !== "anonymous") return undefined;
  if ((src.prot & 7) !== (dst.prot & 7)) return bad("source and destination have different protection", src.by, dst.by);
  if (!(src.prot & PROT.WRITE)) return bad("source and destination are not writable", src.by, dst.by);
  if (!src.locked !== !dst.locked)
    return bad(`only the ${src.locked ? "source" : "destination"} is locked`, src.locked ?? dst.locked);
  return undefined;
}

function register(call: UffdCall): Finding | undefined {
  const bad = (what: string) => finding(call, "einval-mapping", ERRNO.EINVAL, what);
  if (call.dstMappings.length > 0 && call.dstMappings.every((r) => r.v.type === "none"))
    return bad("nothing is mapped in the range");
  if (call.mode !== undefined && call.mode & MINOR && call.dstMappings[0]?.v.type === "anonymous") {
    return bad("minor faults do not exist for private anonymous memory");
  }
  return undefined;
}
