import { describe, expect, it } from "vitest";
import { Methods, PROTOCOL_VERSION } from "#protocol/messages";
import { connectEditor } from "./testing/connect";

describe("handshake", () => {
  it("says what it can do", async () => {
    const editor = await connectEditor();
    expect(editor.initialized).toMatchInlineSnapshot(`
      {
        "capabilities": {
          "codeActionProvider": {
            "codeActionKinds": [
              "quickfix",
              "source.fixAll.faultscope",
            ],
          },
          "completionProvider": {
            "triggerCharacters": [
              "=",
              "|",
              " ",
            ],
          },
          "diagnosticProvider": {
            "identifier": "faultscope",
            "interFileDependencies": true,
            "workspaceDiagnostics": true,
          },
          "experimental": {
            "faultscope": {
              "protocolVersion": 1,
            },
          },
          "hoverProvider": true,
          "positionEncoding": "utf-16",
          "textDocumentSync": {
            "change": 2,
            "openClose": true,
          },
          "workspace": {
            "workspaceFolders": {
              "supported": true,
            },
          },
        },
        "serverInfo": {
          "name": "faultscope",
          "version": "0.0.0-test",
        },
      }
    `);
  });

  it("serves an editor that is not ours", async () => {
    const editor = await connectEditor({ initializationOptions: null });
    expect(editor.initialized.serverInfo?.name).toBe("faultscope");
  });

  it("refuses an extension of another version and says what to do", async () => {
    const options = { initializationOptions: { protocolVersion: PROTOCOL_VERSION + 1, probeCommand: [] } };
    await expect(connectEditor(options)).rejects.toThrow(/Reinstall the extension/);
  });
});

describe("machine", () => {
  it("lists processes and how many could not be looked into", async () => {
    const target = { pid: 7, command: "gc", user: "me", fds: [3], registeredBytes: 4096, pendingFaults: 0 };
    const editor = await connectEditor({ targets: async () => ({ targets: [target], unreadable: 12 }) });
    expect(await editor.client.sendRequest(Methods.targets)).toEqual({ targets: [target], unreadable: 12 });
  });

  it("answers a failed request with its reason and lives on", async () => {
    let calls = 0;
    const editor = await connectEditor({
      targets: async () => {
        calls += 1;
        if (calls === 1) throw new Error("/proc is not mounted");
        return { targets: [], unreadable: 0 };
      },
    });
    await expect(editor.client.sendRequest(Methods.targets)).rejects.toThrow("/proc is not mounted");
    expect(await editor.client.sendRequest(Methods.targets)).toEqual({ targets: [], unreadable: 0 });
  });

  it("says what the machine allows", async () => {
    const check = { name: "BPF", status: "ok", detail: "cap_bpf is granted.", remedy: "" } as const;
    const editor = await connectEditor({ checks: [check] });
    expect(await editor.client.sendRequest(Methods.doctor)).toEqual({ checks: [check] });
  });
});

it("completes the recording before it answers shutdown", async () => {
  const editor = await connectEditor();
  await editor.client.sendRequest(Methods.start, { kind: "attach", pids: [1], file: "/tmp/x.faultscope" });
  await editor.client.sendRequest("shutdown");
  expect(editor.recorder.calls.at(-1)).toBe("dispose");
  expect(await editor.client.sendRequest(Methods.open, { file: "/tmp/x.faultscope" })).toMatchObject({
    problem: { code: "internal" },
  });
});
