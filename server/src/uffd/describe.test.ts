import { expect, test } from "vitest";
import { CAUSES } from "./causes";
import { CONSTANTS } from "./constants";
import { describeErrno, describeField, describeName, errnosOf } from "./describe";
import { FEATURES } from "./features";
import { IOCTLS } from "./ioctls";
import { MESSAGE_FIELDS, MESSAGES } from "./messages";

const names = [
  ...IOCTLS.flatMap((i) => [i.macro, ...i.modes.map((m) => m.name)]),
  ...IOCTLS.filter((i) => i.struct !== "").flatMap((i) => [i.struct, `_${i.macro}`]),
  ...FEATURES.map((f) => f.macro),
  ...CONSTANTS.map((c) => c.name),
  ...MESSAGES.map((m) => `UFFD_EVENT_${m.name}`),
  "uffd_msg",
];

test.each([...new Set(names)])("%s is described, with the kernel that brought it", (name) => {
  const text = describeName(name);
  expect(text).toContain(name.replace(/^uff/, "struct uff"));
  if (!name.startsWith("uff")) expect(text).toMatch(/since Linux \d+\.\d+/);
});

test("an ioctl is described with every errno of it and its causes", () => {
  const text = describeName("UFFDIO_MOVE") ?? "";
  for (const c of CAUSES.filter((cause) => cause.op === "MOVE")) {
    expect(text).toContain(`| \`${c.errno}\` | ${c.condition} | ${c.cure} |`);
  }
  expect(text).toContain("UFFDIO_MOVE_MODE_ALLOW_SRC_HOLES` (6.8)");
});

test("every field of every struct is described", () => {
  for (const ioctl of IOCTLS) {
    for (const f of ioctl.fields) {
      expect(describeField(ioctl.struct, f.name), `${ioctl.struct}.${f.name}`).toContain(f.summary);
      expect(f.summary).toMatch(/\.$/);
    }
  }
  expect(describeField("uffdio_move", "mode")).toContain("UFFDIO_MOVE_MODE_DONTWAKE");
  expect(describeField("uffdio_move", "move")).toContain("`EBUSY`: the source page is shared with a child");
  expect(describeField("uffdio_zeropage", "start")).toContain("`range.start` at offset 0");
  for (const f of MESSAGE_FIELDS) expect(describeField("uffd_msg", f.name)).toContain(f.summary);
});

test("errnos of an ioctl come with causes and cures", () => {
  expect(errnosOf("MOVE")).toEqual(["EINVAL", "ENOENT", "EEXIST", "EBUSY", "EFAULT", "EAGAIN", "ENOMEM", "EINTR"]);
  expect(describeErrno("MOVE", "EBUSY")?.split("\n")).toHaveLength(3);
  expect(describeErrno("COPY", "EBUSY")).toBeUndefined();
});

test("other names are not described", () => {
  for (const name of ["", "ioctl", "UFFDIO_NOTHING", "constructor", "mode"]) expect(describeName(name)).toBeUndefined();
  expect(describeField("uffdio_move", "nothing")).toBeUndefined();
  expect(describeField("stat", "mode")).toBeUndefined();
});
