/** eagain-partial and eexist-populated: a call that stops half way is made again for what is left. */
import type { Call } from "./call";
import { throughHelper } from "./helper";
import { skipInScript } from "./resumeScript";
import type { Proposer } from "./types";

/** Fields that move on with the work: start and length, and the source where there is one. */
function fieldsOf({ ioctl }: Call): { start: string; length: string; source: boolean; result: string } | undefined {
  if (ioctl.resultField === undefined) return undefined;
  const ranged = ioctl.fields.some((f) => f.name === "range.start");
  return {
    start: ranged ? "range.start" : "dst",
    length: ranged ? "range.len" : "len",
    source: !ranged,
    result: ioctl.resultField,
  };
}

/** Calls again after the bytes done, as long as there are some. */
export const resumePartial: Proposer = (source, diagnostic) =>
  throughHelper(source, diagnostic, (call) => {
    const f = fieldsOf(call);
    if (!f || source.language === "script") return undefined;
    const name = `uffd_${call.ioctl.name.toLowerCase()}_all`;
    const code = `/*
 * ${call.ioctl.macro} that stops after some pages says EAGAIN and how many bytes are done: it goes on behind them. What
 * stopped it is what the next call fails with.
 */
static int ${name}(int uffd, struct ${call.ioctl.struct} *request)
{
	struct ${call.ioctl.struct} left = *request;
	long long before;
	int result;

	while ((result = ioctl(uffd, ${call.ioctl.macro}, &left)) == -1 && errno == EAGAIN && left.${f.result} > 0) {
		left.${f.start} += left.${f.result};
${f.source ? `		left.src += left.${f.result};\n` : ""}		left.${f.length} -= left.${f.result};
	}
	before = left.${f.start} - request->${f.start};
	request->${f.result} = left.${f.result} > 0 || before == 0 ? before + left.${f.result} : before;
	return result;
}`;
    const title = `Go on after the bytes done when ${call.ioctl.macro} stops half way`;
    return { title, kind: "resume", name, code, headers: ["errno.h"] };
  });

/** Pages that are there already are skipped, and who waits for them is woken. */
export const skipPresent: Proposer = (source, diagnostic) =>
  throughHelper(source, diagnostic, (call) => {
    const f = fieldsOf(call);
    const title = "Skip pages that are there already, and wake on EEXIST";
    if (!f) return undefined;
    if (source.language === "script") return skipInScript(source, call, title);
    const name = `uffd_${call.ioctl.name.toLowerCase()}_missing`;
    const code = `/*
 * ${call.ioctl.macro} of the pages that are missing. One that is there already was resolved before: it is skipped, and
 * who waits for it is woken, because the kernel wakes nobody on EEXIST.
 */
static int ${name}(int uffd, struct ${call.ioctl.struct} *request)
{
	struct ${call.ioctl.struct} left = *request;
	struct uffdio_range present;
	long long done;

	while (left.${f.length} > 0) {
		if (ioctl(uffd, ${call.ioctl.macro}, &left) == 0) {
			done = left.${f.length};
		} else if (errno == EAGAIN && left.${f.result} > 0) {
			done = left.${f.result};
		} else if (errno == EEXIST) {
			present.start = left.${f.start};
			present.len = done = sysconf(_SC_PAGESIZE);
			ioctl(uffd, UFFDIO_WAKE, &present);
		} else {
			return -1;
		}
		left.${f.start} += done;
${f.source ? "		left.src += done;\n" : ""}		left.${f.length} -= done;
	}
	request->${f.result} = left.${f.start} - request->${f.start};
	return 0;
}`;
    return { title, kind: "present", name, code, headers: ["errno.h", "unistd.h"] };
  });
