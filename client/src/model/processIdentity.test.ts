import { expect, it } from "vitest";
import { processIdentity, startTicksOf } from "./processIdentity";

it("is the same for one process and unknown for none", async () => {
  const mine = await processIdentity(process.pid);
  expect(mine).toMatch(/^[0-9a-f-]{36}:\d+$/);
  expect(await processIdentity(process.pid)).toBe(mine);
  expect(await processIdentity(2 ** 30)).toBeUndefined();
});

it("is not fooled by a process that calls itself strange names", () => {
  const fields = Array.from({ length: 40 }, (_, i) => String(i + 3));
  expect(startTicksOf(`7 (a) b (c) ${fields.join(" ")}`)).toBe("22");
});
