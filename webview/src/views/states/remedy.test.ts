import { expect, it } from "vitest";
import { remedyParts } from "./remedy";

it("finds the commands between backticks", () => {
  expect(remedyParts("Grant it once: `sudo setcap cap_bpf=ep probe`, then try again.")).toEqual([
    { kind: "text", text: "Grant it once: " },
    { kind: "command", text: "sudo setcap cap_bpf=ep probe" },
    { kind: "text", text: ", then try again." },
  ]);
  expect(remedyParts("`a`")).toEqual([{ kind: "command", text: "a" }]);
});

it("takes an odd backtick for text", () => {
  expect(remedyParts("say ` once")).toEqual([
    { kind: "text", text: "say " },
    { kind: "text", text: "` once" },
  ]);
  expect(remedyParts("")).toEqual([]);
});
