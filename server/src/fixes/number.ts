/** einval-number: the number the header gives instead of the one that stands there. */
import { IOCTLS, type Ioctl, UFFDIO_TYPE } from "../uffd/ioctls";
import { callAt, numberIn } from "./call";
import { all, named, replace, type Source } from "./source";
import type { Candidate, Proposer } from "./types";

const LITERALS = ["number_literal", "number", "preproc_arg"];

export const correctNumber: Proposer = (source, diagnostic) => [...literals(source), ...computed(source, diagnostic)];

/** Wrong literals, wherever in the file they are given a name. */
function literals(source: Source): Candidate[] {
  return all(source.root, ...LITERALS).flatMap((literal) => {
    const value = numberIn(literal.text);
    const meant = value === undefined ? undefined : meantBy(value);
    return meant ? [candidate(meant, replace(literal, spelled(source, meant, literal.text)))] : [];
  });
}

/** A request that is computed, wrongly: the whole expression is replaced. */
function computed(source: Source, diagnostic: Parameters<Proposer>[1]): Candidate[] {
  if (callAt(source, diagnostic)) return [];
  const macro = /^(\w+) fails/.exec(diagnostic.message)?.[1];
  const meant = IOCTLS.find((i) => i.macro === macro);
  const call = source.at(diagnostic.range);
  const request = named(call.childForFieldName("arguments"))[1];
  return meant && request ? [candidate(meant, replace(request, spelled(source, meant, "0n")))] : [];
}

/** The ioctl whose type and number bytes a request has, when direction or size are not its own. */
function meantBy(value: number): Ioctl | undefined {
  if (((value >>> 8) & 0xff) !== UFFDIO_TYPE) return undefined;
  const meant = IOCTLS.find((i) => i.name !== "IOC_NEW" && (i.request & 0xff) === (value & 0xff));
  return meant && meant.request !== value && !IOCTLS.some((i) => i.request === value) ? meant : undefined;
}

function spelled(source: Source, meant: Ioctl, before: string): string {
  if (source.language !== "script" && /linux\/userfaultfd\.h/.test(source.text)) return meant.macro;
  const number = `0x${meant.request.toString(16)}`;
  return source.language === "script" && before.endsWith("n") ? `${number}n` : number;
}

function candidate(meant: Ioctl, change: Candidate["changes"][number]): Candidate {
  const title = `Use the number of ${meant.macro}, 0x${meant.request.toString(16)}: direction and size are part of it`;
  return { title, changes: [change], safe: true, kind: "number" };
}
