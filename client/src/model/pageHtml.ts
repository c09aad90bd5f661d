/** The page's document: one script, one style sheet, an empty element; everything else is forbidden by its policy. */
export interface PageParts {
  /** Addresses as the webview sees them. */
  readonly script: string;
  readonly style: string;
  readonly cspSource: string;
  /** Fresh for each document, from a cryptographic source. */
  readonly nonce: string;
  /** Language of the interface, e.g. `en`. */
  readonly language: string;
}

export function pageHtml({ script, style, cspSource, nonce, language }: PageParts): string {
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${cspSource}`,
    `img-src ${cspSource} data:`,
    `font-src ${cspSource}`,
  ].join("; ");
  return `<!DOCTYPE html>
<html lang="${escapeHtml(language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escapeHtml(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${escapeHtml(style)}">
<title>Faultscope</title>
</head>
<body>
<div id="app"></div>
<script nonce="${nonce}" src="${escapeHtml(script)}"></script>
</body>
</html>`;
}

function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
