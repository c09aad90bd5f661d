import type { UffdCall } from "../interpreter/kernel/call";
import type { Finding } from "../interpreter/record";
import { finding } from "./message";
import { ERRNO, type Rule } from "./rule";

const WP = 2;

/** Calls before UFFDIO_API, and targets outside of what is registered. */
export const einvalUnregistered: Rule = {
  code: "einval-unregistered",
  whole(call) {
    const { name } = call.ioctl;
    if (name !== "API" && call.uffd.ready === false) {
      return finding(call, "einval-unregistered", ERRNO.EINVAL, "UFFDIO_API was not done on this descriptor", [
        call.uffd.madeAt,
      ]);
    }
    if (name === "MOVE") return inside(call, ERRNO.EINVAL, (m) => m.uffd === "unknown" || m.uffd === call.uffd);
    if (name === "COPY" || name === "ZEROPAGE" || name === "CONTINUE" || name === "POISON") {
      return inside(call, ERRNO.ENOENT, (m) => m.uffd !== undefined);
    }
    if (name === "WRITEPROTECT") {
      return inside(call, ERRNO.ENOENT, (m) => m.uffd !== undefined && (m.uffd === "unknown" || (m.mode & WP) !== 0));
    }
    return undefined;
  },
};

function inside(
  call: UffdCall,
  errno: number,
  fine: (m: UffdCall["dstMappings"][number]["v"]) => boolean,
): Finding | undefined {
  // What another path or an unseen caller registered is not known.
  if (call.uffd.foreign || call.uffd.blind) return undefined;
  const outside = call.dstMappings.filter((r) => r.v.type !== "unknown" && !fine(r.v));
  if (outside.length === 0) return undefined;
  const some = outside.length < call.dstMappings.length;
  const by = outside[0]?.v.by;
  const cause = some
    ? "the destination reaches past the registered range"
    : by?.what === "unregistered"
      ? "the destination was unregistered"
      : "the destination is not registered with this descriptor";
  return finding(call, "einval-unregistered", errno, cause, [by]);
}
