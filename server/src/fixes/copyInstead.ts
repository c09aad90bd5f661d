/** ebusy-*: a page that cannot be moved can always be copied. */

import { ioctlByName } from "../uffd/ioctls";
import { throughHelper } from "./helper";
import type { Source } from "./source";
import type { Proposer } from "./types";

const TITLE = "Fall back to UFFDIO_COPY on EBUSY: a page that is shared or pinned cannot be moved";
const IN_C = "uffd_move_or_copy";
const IN_SCRIPT = "moveOrCopy";

export const copyOnEbusy: Proposer = (source, diagnostic) =>
  throughHelper(source, diagnostic, (call) => {
    if (call.ioctl.name !== "MOVE") return undefined;
    const kind = "copy";
    if (source.language !== "script") {
      return { title: TITLE, kind, name: IN_C, code: C_CODE, headers: ["errno.h", "sys/mman.h"] };
    }
    // How the errno is had depends on the binding; this is koffi's.
    if (!/\bkoffi\b/.test(source.text)) return undefined;
    const ioctl = call.node.childForFieldName("function")?.text ?? "ioctl";
    return { title: TITLE, kind, name: IN_SCRIPT, code: scriptCode(source, ioctl, call.request.text), headers: [] };
  });

const C_CODE = `/*
 * UFFDIO_MOVE answers EBUSY for a page that is shared since a fork, merged or pinned. Copying it always works; the source
 * is dropped afterwards, as a move would have left it.
 */
static int ${IN_C}(int uffd, struct uffdio_move *move)
{
	struct uffdio_copy copy = { move->dst, move->src, move->len, move->mode & UFFDIO_MOVE_MODE_DONTWAKE, 0 };
	int result = ioctl(uffd, UFFDIO_MOVE, move);

	if (result == 0 || errno != EBUSY)
		return result;
	result = ioctl(uffd, UFFDIO_COPY, &copy);
	move->move = copy.copy;
	if (copy.copy > 0)
		madvise((void *)(unsigned long)move->src, copy.copy, MADV_DONTNEED);
	return result;
}`;

function scriptCode(source: Source, ioctl: string, request: string): string {
  const typed = /\.[cm]?tsx?$/.test(source.file);
  const type = (t: string): string => (typed ? `: ${t}` : "");
  const number = ioctlByName("COPY")?.request.toString(16);
  return `/**
 * UFFDIO_MOVE answers EBUSY for a page that is shared since a fork, merged or pinned. Copying it always works; the
 * layout of both arguments is the same.
 */
function ${IN_SCRIPT}(uffd${type("number")}, move${type("Buffer")})${type("number")} {
	const result = ${ioctl}(uffd, ${request}, move);
	if (result === 0 || koffi.errno() !== koffi.os.errno.EBUSY) return result;
	const copy = Buffer.from(move);
	copy.writeBigUInt64LE(0n, 24); // no mode: the flags of the two calls differ
	return ${ioctl}(uffd, 0x${number}n, copy); // UFFDIO_COPY
}`;
}
