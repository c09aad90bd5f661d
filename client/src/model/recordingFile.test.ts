// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are VS Code's variables in a setting
import { describe, expect, it } from "vitest";
import { freeName, outputFile, recordingName, recordingsFolder } from "./recordingFile";

const base = { setting: "", workspaceFolder: "/src/gc", globalStorage: "/store", home: "/home/me" };

describe("recordingsFolder", () => {
  it.each([
    [{}, "/src/gc/.faultscope"],
    [{ workspaceFolder: undefined }, "/store/recordings"],
    [{ setting: " " }, "/src/gc/.faultscope"],
    [{ setting: "/data/traces" }, "/data/traces"],
    [{ setting: "traces" }, "/src/gc/traces"],
    [{ setting: "${workspaceFolder}/../traces" }, "/src/gc/../traces"],
    [{ setting: "${userHome}/traces" }, "/home/me/traces"],
    [{ setting: "~/traces" }, "/home/me/traces"],
    [{ setting: "traces", workspaceFolder: undefined }, "/store/traces"],
  ])("%j → %s", (change, folder) => expect(recordingsFolder({ ...base, ...change })).toBe(folder));
});

describe("recordingName", () => {
  const now = new Date(2026, 10, 3, 7, 13, 5);
  it.each([
    ["/usr/bin/compactor", "compactor-20261103-071305.faultscope"],
    ["qemu-system-x86_64", "qemu-system-x86_64-20261103-071305.faultscope"],
    ["my prog: ü", "my_prog_-20261103-071305.faultscope"],
    ["..", "recording-20261103-071305.faultscope"],
    ["", "recording-20261103-071305.faultscope"],
  ])("%s", (command, name) => expect(recordingName(command, now)).toBe(name));

  it("counts on when a name is taken", () => {
    const taken = new Set(["a.faultscope", "a-2.faultscope"]);
    expect(freeName("a.faultscope", (name) => taken.has(name))).toBe("a-3.faultscope");
    expect(freeName("b.faultscope", (name) => taken.has(name))).toBe("b.faultscope");
  });

  it("puts a program's output beside its recording", () => {
    expect(outputFile("/x/a.faultscope")).toBe("/x/a.log");
  });
});
