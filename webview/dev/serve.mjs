// Builds the page and the harness and serves both on a loopback port, under the policy the extension sets.
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));

async function bundle(entry) {
  const { outputFiles } = await build({
    entryPoints: [entry],
    absWorkingDir: join(here, "../.."),
    bundle: true,
    minify: true,
    keepNames: true,
    format: "iife",
    target: "es2022",
    outdir: "out",
    write: false,
    logLevel: "warning",
  });
  return new Map(outputFiles.map((file) => [file.path.slice(file.path.lastIndexOf(".") + 1), file.text]));
}

function html(theme, font) {
  const scripts = ["harness.js", "webview.js"].map((name) => `<script nonce="dev" src="${name}"></script>`).join("");
  const styles = ["themes.css", "webview.css"].map((name) => `<link rel="stylesheet" href="${name}">`).join("");
  const attributes = `lang="en" data-theme="${theme}" data-font="${font}"`;
  return `<!doctype html><html ${attributes}><head><meta charset="utf-8"><title>Faultscope</title>${styles}</head><body class="vscode-${theme}"><div id="app"></div>${scripts}</body></html>`;
}

/** Resolves to the base address; `?theme=dark|light|high-contrast&font=fallback` chooses. */
export async function servePage() {
  const page = await bundle("webview/src/main.ts");
  const harness = await bundle("webview/dev/harness.ts");
  const files = new Map([
    ["/webview.js", ["text/javascript", page.get("js")]],
    ["/webview.css", ["text/css", page.get("css")]],
    ["/harness.js", ["text/javascript", harness.get("js")]],
    ["/themes.css", ["text/css", readFileSync(join(here, "themes.css"), "utf8")]],
  ]);
  const server = createServer((request, response) => {
    const url = new URL(request.url, "http://localhost");
    const origin = `http://127.0.0.1:${server.address().port}`;
    const policy = `default-src 'none'; script-src 'nonce-dev'; style-src ${origin}; img-src ${origin} data:; font-src ${origin}`;
    const [type, text] = files.get(url.pathname) ?? [
      "text/html",
      html(url.searchParams.get("theme") ?? "dark", url.searchParams.get("font") ?? ""),
    ];
    response.writeHead(url.pathname === "/favicon.ico" ? 204 : 200, {
      "content-type": `${type}; charset=utf-8`,
      "content-security-policy": policy,
    });
    response.end(url.pathname === "/favicon.ico" ? undefined : text);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${server.address().port}/`, close: () => server.close() };
}
