/** The same for scripts, where the argument is a Buffer and errno is the binding's. */
import { ioctlByName } from "../uffd/ioctls";
import type { Call } from "./call";
import type { Helper } from "./helper";
import type { Source } from "./source";

const PAGE = "4096n";

/** Undefined for bindings whose errno is had in a way not known here. */
export function skipInScript(source: Source, call: Call, title: string): Helper | undefined {
  if (!/\bkoffi\b/.test(source.text)) return undefined;
  const typed = /\.[cm]?tsx?$/.test(source.file);
  const type = (t: string): string => (typed ? `: ${t}` : "");
  const ioctl = call.node.childForFieldName("function")?.text ?? "ioctl";
  const offset = (name: string): number | undefined => call.ioctl.fields.find((f) => f.name === name)?.offset;
  const length = offset("len") ?? offset("range.len");
  const result = offset(call.ioctl.resultField ?? "");
  const advanced = [0, ...(offset("src") === undefined ? [] : [offset("src")])];
  const name = `${call.ioctl.name.toLowerCase()}Missing`;
  const code = `/**
 * ${call.ioctl.macro} of the pages that are missing. One that is there already was resolved before: it is skipped, and
 * who waits for it is woken, because the kernel wakes nobody on EEXIST.
 */
function ${name}(uffd${type("number")}, request${type("Buffer")})${type("number")} {
	const left = Buffer.from(request);
	for (let rest = left.readBigUInt64LE(${length}); rest > 0n; rest = left.readBigUInt64LE(${length})) {
		let done = rest;
		if (${ioctl}(uffd, ${call.request.text}, left) !== 0) {
			const errno = koffi.errno();
			done = left.readBigInt64LE(${result});
			if (errno === koffi.os.errno.EEXIST) {
				done = ${PAGE};
				const present = Buffer.alloc(16);
				present.writeBigUInt64LE(left.readBigUInt64LE(0), 0);
				present.writeBigUInt64LE(done, 8);
				${ioctl}(uffd, 0x${ioctlByName("WAKE")?.request.toString(16)}n, present); // UFFDIO_WAKE
			} else if (errno !== koffi.os.errno.EAGAIN || done <= 0n) {
				return -1;
			}
		}
${advanced.map((at) => `		left.writeBigUInt64LE(left.readBigUInt64LE(${at}) + done, ${at});\n`).join("")}		left.writeBigUInt64LE(rest - done, ${length});
	}
	return 0;
}`;
  return { title, kind: "present", name, code, headers: [] };
}
