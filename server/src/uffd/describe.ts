/** What is to be said of a name of userfaultfd, as Markdown, made from the tables. */
import { CAUSES, causesOf } from "./causes";
import { CONSTANTS } from "./constants";
import { featureByMacro } from "./features";
import { IOCTLS, type Ioctl, ioctlByMacro } from "./ioctls";
import { MESSAGE_FIELDS, MESSAGES } from "./messages";

/** Text for a macro or struct name; undefined for names that are not userfaultfd's. */
export function describeName(name: string): string | undefined {
  const ioctl = ioctlByMacro(name);
  if (ioctl) return describeIoctl(ioctl);
  const feature = featureByMacro(name);
  if (feature) return entry(name, `0x${feature.value.toString(16)}`, feature.since, feature.summary);
  const constant = CONSTANTS.find((c) => c.name === name);
  if (constant) return entry(name, constant.value, constant.since, constant.summary);
  const message = MESSAGES.find((m) => `UFFD_EVENT_${m.name}` === name);
  if (message) return entry(name, `0x${message.event.toString(16)}`, message.since, message.summary);
  return describeFlag(name) ?? describeNumber(name) ?? describeStruct(name);
}

/** Text for a field, named as in the C struct (`mode`, `range.start`; of a message `pagefault.address`). */
export function describeField(struct: string, field: string): string | undefined {
  if (struct === "uffd_msg") {
    const found = MESSAGE_FIELDS.find((f) => f.name === field || f.name.endsWith(`.${field}`));
    return found && `\`uffd_msg.${found.name}\`, since Linux ${found.since}\n\n${found.summary}`;
  }
  const owners = IOCTLS.filter((i) => i.struct === struct);
  const owner = owners[0];
  const found = owner?.fields.find((f) => f.name === field || f.name === `range.${field}`);
  if (!owner || !found) return undefined;
  const where = { in: "read by the kernel", out: "written by the kernel", inout: "read and written by the kernel" };
  const flags = field === "mode" ? owner.modes.map((m) => `* \`${m.name}\` (${m.since}): ${m.summary}`) : [];
  const causes = owner.resultField === field ? resultRows(owner) : [];
  return [
    `\`struct ${struct}\`, \`${found.name}\` at offset ${found.offset}, ${where[found.direction]}`,
    found.summary,
    flags.join("\n"),
    causes.join("\n"),
  ]
    .filter((part) => part !== "")
    .join("\n\n");
}

/** Text for an errno of an ioctl: when it comes and what to do; undefined when it does not come. */
export function describeErrno(op: string, errno: string): string | undefined {
  const causes = causesOf(op, errno).filter((c) => c.op !== "any" || op === "API");
  if (causes.length === 0) return undefined;
  return causes.map((c) => `* ${c.condition}. ${c.cure}`).join("\n");
}

/** Errnos that an ioctl fails with by itself, in the order of the table. */
export function errnosOf(op: string): string[] {
  return [...new Set(CAUSES.filter((c) => c.op === op).map((c) => c.errno))];
}

const entry = (name: string, value: string, since: string, summary: string): string =>
  `\`${name}\` = ${value}, since Linux ${since}\n\n${summary}`;

function describeIoctl(ioctl: Ioctl): string {
  const rows = CAUSES.filter((c) => c.op === ioctl.name).map((c) => `| \`${c.errno}\` | ${c.condition} | ${c.cure} |`);
  const argument = ioctl.struct === "" ? "" : `, \`struct ${ioctl.struct} *\``;
  return [
    `\`${ioctl.macro}\` = 0x${ioctl.request.toString(16)}${argument}, since Linux ${ioctl.since}`,
    ioctl.summary,
    ioctl.modes.map((m) => `* \`${m.name}\` (${m.since}): ${m.summary}`).join("\n"),
    rows.length === 0 ? "" : ["| errno | when | what to do |", "| --- | --- | --- |", ...rows].join("\n"),
  ]
    .filter((part) => part !== "")
    .join("\n\n");
}

function describeFlag(name: string): string | undefined {
  for (const ioctl of IOCTLS) {
    const flag = ioctl.modes.find((m) => m.name === name);
    if (flag) {
      return `${entry(name, `0x${flag.value.toString(16)}`, flag.since, flag.summary)}\n\nFlag of \`${ioctl.macro}\`.`;
    }
  }
  return undefined;
}

/** `_UFFDIO_MOVE` is the number byte alone: bits of it are in `uffdio_register.ioctls`. */
function describeNumber(name: string): string | undefined {
  const ioctl = name.startsWith("_UFFDIO_") ? ioctlByMacro(name.slice(1)) : undefined;
  return (
    ioctl &&
    entry(
      name,
      `0x${(ioctl.request & 0xff).toString(16)}`,
      ioctl.since,
      `Number byte of \`${ioctl.macro}\`, and its bit in an \`ioctls\` field.`,
    )
  );
}

function describeStruct(name: string): string | undefined {
  if (name === "uffd_msg") {
    const fields = MESSAGE_FIELDS.map((f) => `* \`${f.name}\`: ${f.summary}`).join("\n");
    return `\`struct uffd_msg\`, 32 bytes: what read(2) on a userfaultfd returns\n\n${fields}`;
  }
  const users = IOCTLS.filter((i) => i.struct === name);
  const [first] = users;
  if (!first || name === "") return undefined;
  const fields = first.fields.map((f) => `* \`${f.name}\`: ${f.summary}`).join("\n");
  return `\`struct ${name}\`, ${first.size} bytes: argument of ${users.map((i) => `\`${i.macro}\``).join(", ")}\n\n${fields}`;
}

function resultRows(ioctl: Ioctl): string[] {
  return CAUSES.filter((c) => c.op === ioctl.name && c.result !== "untouched").map(
    (c) => `* \`${c.errno}\`: ${c.condition}`,
  );
}
