/** Gives a webview its document and its limits. */
import { randomBytes } from "node:crypto";
import * as vscode from "vscode";
import { pageHtml } from "../model/pageHtml";
import type { PageApp } from "./pageApp";

export function preparePage(app: PageApp, webview: vscode.Webview): void {
  const dist = vscode.Uri.joinPath(app.extension.extensionUri, "dist");
  webview.options = { enableScripts: true, localResourceRoots: [dist] };
  webview.html = pageHtml({
    script: webview.asWebviewUri(vscode.Uri.joinPath(dist, "webview.js")).toString(),
    style: webview.asWebviewUri(vscode.Uri.joinPath(dist, "webview.css")).toString(),
    cspSource: webview.cspSource,
    nonce: randomBytes(18).toString("base64url"),
    language: "en",
  });
}
