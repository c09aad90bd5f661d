import { expect, test } from "vitest";
import { CAUSES, causesOf } from "./causes";
import { CODES, diagnosticCode, documentationPath } from "./codes";
import { ERRNO_NAMES } from "./errnos";
import { FEATURES, hasFeature } from "./features";
import { ioctlByName } from "./ioctls";

test("every code is unique, names a known errno and known ioctls, and ends its sentences", () => {
  expect(new Set(CODES.map((c) => c.code)).size).toBe(CODES.length);
  const errnos = new Set(Object.values(ERRNO_NAMES));
  for (const c of CODES) {
    if (c.errno) expect(errnos, c.code).toContain(c.errno);
    for (const op of c.ops) expect(ioctlByName(op), `${c.code} ${op}`).toBeDefined();
    for (const sentence of [c.kernel, c.cure]) expect(sentence, c.code).toMatch(/^[A-Z].*\.$/s);
    expect(documentationPath(c.code)).toBe(`docs/diagnostics/${c.code}.md`);
  }
});

test("causes name codes, errnos and ioctls that exist", () => {
  const errnos = new Set(Object.values(ERRNO_NAMES));
  for (const c of CAUSES) {
    expect(errnos, c.errno).toContain(c.errno);
    if (c.op !== "any") expect(ioctlByName(c.op)).toBeDefined();
    if (c.code) expect(diagnosticCode(c.code), c.code).toBeDefined();
    expect(c.condition).toMatch(/[^.]$/);
    expect(c.cure).toMatch(/\.$/);
  }
});

test("causes of an errno come with the specific ones first", () => {
  expect(causesOf("MOVE", "EBUSY").map((c) => c.evidence)).toEqual(["fork", "ksm", "pin"]);
  expect(causesOf("COPY", "EBUSY")).toEqual([]);
  expect(causesOf("MOVE", "EINVAL").at(-1)?.op).toBe("any");
});

test("feature bits are the header's", () => {
  expect(FEATURES.find((f) => f.macro === "UFFD_FEATURE_MOVE")?.value).toBe(0x10000n);
  expect(hasFeature(0x8n, "EVENT_REMOVE")).toBe(true);
  expect(hasFeature(0x8n, "EVENT_FORK")).toBe(false);
});
