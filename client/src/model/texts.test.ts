import { describe, expect, it } from "vitest";
import { parsePids, parseProgram } from "./commandArguments";
import { doctorText } from "./doctorText";
import { grantCommand, remedyCommands, withElevation } from "./remedy";

describe("doctorText", () => {
  it("gives the verdict, then what is missing with its remedy, then the rest", () => {
    const text = doctorText([
      { name: "Kernel", status: "ok", detail: "6.18 has UFFDIO_MOVE.", remedy: "" },
      { name: "Privilege", status: "missing", detail: "The probe may not load BPF.", remedy: "Run `sudo setcap x y`." },
    ]);
    expect(text.split("\n").filter((line) => line !== "")).toEqual([
      "# What this machine allows",
      "Faultscope cannot record on this machine: Privilege.",
      "✗ Privilege: The probe may not load BPF.",
      "  Remedy: Run `sudo setcap x y`.",
      "✓ Kernel: 6.18 has UFFDIO_MOVE.",
    ]);
  });

  it("does not call an empty answer good", () => {
    expect(doctorText([])).toContain("Nothing was examined");
  });
});

describe("remedy", () => {
  const problem = {
    code: "no-privilege",
    message: "No.",
    remedy: "Run `sudo setcap cap_bpf=ep /p/probe`, or `faultscope doctor`.",
  };
  it("finds the command lines and the one that grants", () => {
    expect(remedyCommands(problem)).toEqual(["sudo setcap cap_bpf=ep /p/probe", "faultscope doctor"]);
    expect(grantCommand(problem)).toBe("sudo setcap cap_bpf=ep /p/probe");
    expect(grantCommand({ ...problem, remedy: "Ask." })).toBeUndefined();
  });

  it("asks for privilege in the way there is", () => {
    const has =
      (...names: string[]) =>
      (name: string) =>
        names.includes(name);
    expect(withElevation("sudo setcap x y", has("sudo", "pkexec"))).toBe("sudo setcap x y");
    expect(withElevation("sudo setcap x y", has("pkexec"))).toBe("pkexec setcap x y");
    expect(withElevation("sudo setcap x y", has())).toBe("setcap x y");
  });
});

describe("arguments of commands", () => {
  it.each([
    [undefined, undefined],
    [41, [41]],
    ["41", [41]],
    [{ pids: [1, 2] }, [1, 2]],
  ])("attach %j → %j", (argument, pids) => expect(parsePids(argument)).toEqual(pids));

  it.each([["x"], [0], [{ pids: [] }], [{}], [[]]])("attach %j is refused", (argument) => {
    expect(parsePids(argument)).toMatch(/Attach takes/);
  });

  it("launch takes a line or its parts", () => {
    expect(parseProgram("./gc -x 'a b'")).toEqual({ command: "./gc", args: ["-x", "a b"], cwd: undefined });
    expect(parseProgram({ command: "gc", cwd: "/w" })).toEqual({ command: "gc", args: [], cwd: "/w" });
    expect(parseProgram({ command: "gc", args: [1] })).toMatch(/Launch takes/);
    expect(parseProgram("a | b")).toMatch(/shell/);
  });
});
