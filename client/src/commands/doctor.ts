/** Doctor: a document that says what this machine allows and what cures the rest. */
import * as vscode from "vscode";
import { Methods } from "#protocol/messages";
import type { Faultscope } from "../faultscope";
import { doctorText } from "../model/doctorText";

/** A document of our own scheme is read-only and asks nothing when it is closed. */
const SCHEME = "faultscope-doctor";

export async function showDoctor(app: Faultscope): Promise<void> {
  const { checks } = await app.server.request(Methods.doctor, null);
  // The text travels in the address: the document says what was true when it was asked for, and survives a reload.
  const uri = vscode.Uri.from({ scheme: SCHEME, path: "/Doctor.md", query: doctorText(checks) });
  const document = await vscode.workspace.openTextDocument(uri);
  await vscode.window.showTextDocument(document, { preview: true });
}

export function registerDoctorDocument(): vscode.Disposable {
  return vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
    provideTextDocumentContent: ({ query }) => query,
  });
}
