import { expect, it } from "vitest";
import { pageHtml } from "./pageHtml";

it("allows one script, one style sheet and nothing else", () => {
  const html = pageHtml({
    script: "https://r/webview.js?a=1&b=2",
    style: "https://r/webview.css",
    cspSource: "https://r",
    nonce: "n0nce",
    language: "en",
  });
  expect(html).toMatchInlineSnapshot(`
    "<!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'nonce-n0nce'; style-src https://r; img-src https://r data:; font-src https://r">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <link rel="stylesheet" href="https://r/webview.css">
    <title>Faultscope</title>
    </head>
    <body>
    <div id="app"></div>
    <script nonce="n0nce" src="https://r/webview.js?a=1&amp;b=2"></script>
    </body>
    </html>"
  `);
  expect(html).not.toMatch(/unsafe|style="| on\w+="/);
});
