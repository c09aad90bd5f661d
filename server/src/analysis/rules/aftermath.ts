import { diagnosticCode } from "../../uffd/codes";
import { PAGE } from "../domain/constants";
import type { CallRecord, Finding } from "../interpreter/record";

const PLACES_PAGES = new Set(["COPY", "ZEROPAGE", "MOVE", "CONTINUE", "POISON"]);

/**
 * What can only be said when a path is over: calls that fit nothing by themselves, but whose result was not looked at,
 * or whose failure was taken for success without waking anybody.
 */
export function aftermath(records: readonly CallRecord[], served: boolean): void {
  records.forEach((r, i) => {
    if (!PLACES_PAGES.has(r.op)) return;
    if (!r.finding && r.ignored && r.range && r.range.end - r.range.start > PAGE) {
      r.finding = hint("unchecked-result", `Nobody looks at whether UFFDIO_${r.op} placed the whole range`);
    }
    if (served && r.finding?.code === "eexist-populated" && r.handled && !wokenAfter(records, i)) {
      r.finding = hint("eexist-not-woken", `EEXIST of UFFDIO_${r.op} is taken as success, and the range is not woken`);
      r.handled = false;
    }
  });
}

function wokenAfter(records: readonly CallRecord[], from: number): boolean {
  const range = records[from]?.range;
  return records
    .slice(from + 1)
    .some((r) => r.op === "WAKE" && (!range || !r.range || (r.range.start < range.end && r.range.end > range.start)));
}

function hint(code: string, what: string): Finding {
  return { code, errno: 0, certainty: "look", message: `${what}. ${diagnosticCode(code)?.cure ?? ""}`, causes: [] };
}
