import { expect, it } from "vitest";
import { layOut, remedyParts } from "./remedy";

it("finds what stands between backticks", () => {
  expect(remedyParts("Grant it once: `sudo setcap cap_bpf=ep probe`, then try again.")).toEqual([
    { kind: "text", text: "Grant it once: " },
    { kind: "code", text: "sudo setcap cap_bpf=ep probe" },
    { kind: "text", text: ", then try again." },
  ]);
  expect(remedyParts("`a`")).toEqual([{ kind: "code", text: "a" }]);
});

it("takes an odd backtick for text", () => {
  expect(remedyParts("say ` once")).toEqual([
    { kind: "text", text: "say " },
    { kind: "text", text: "` once" },
  ]);
  expect(remedyParts("")).toEqual([]);
});

it("sets a shell command at the end apart, and no other code", () => {
  const mount = "sudo mount -t tracefs tracefs /sys/kernel/tracing";
  expect(layOut(`Mount it: \`${mount}\`.`, [mount])).toEqual({
    sentence: [{ kind: "text", text: "Mount it: " }],
    apart: mount,
  });
  expect(layOut("Give its path, e.g. `./program`.", [])).toEqual({
    sentence: [
      { kind: "text", text: "Give its path, e.g. " },
      { kind: "code", text: "./program" },
    ],
    apart: undefined,
  });
});
