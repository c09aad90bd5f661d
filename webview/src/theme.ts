/**
 * Colours by role, as the charts need them. The roles are defined in styles/roles.css from VS Code's theme variables;
 * canvas cannot use those, so they are read here, and read again when the theme changes.
 */

const ROLES = {
  ground: "--fs-ground",
  text: "--fs-text",
  secondary: "--fs-secondary",
  grid: "--fs-grid",
  line: "--fs-line",
  call: "--fs-call",
  error: "--fs-error",
  unknown: "--fs-unknown",
  cursor: "--fs-cursor",
} as const;

export type Role = keyof typeof ROLES;

export interface Theme {
  readonly colours: Readonly<Record<Role, string>>;
  readonly fontFamily: string;
  /** Meaning may not be carried by tints; areas get outlines. */
  readonly highContrast: boolean;
}

/** The theme of the document as it is now. */
export function readTheme(): Theme {
  const style = getComputedStyle(document.body);
  const entries = Object.entries(ROLES).map(([role, variable]) => [role, style.getPropertyValue(variable).trim()]);
  return {
    colours: Object.fromEntries(entries) as Record<Role, string>,
    fontFamily: style.fontFamily,
    highContrast: document.body.matches(".vscode-high-contrast, .vscode-high-contrast-light"),
  };
}

/** Calls `changed` after VS Code has put another theme (a class on the body, variables on the root) in place. */
export function watchTheme(changed: () => void): void {
  const observer = new MutationObserver(changed);
  observer.observe(document.body, { attributes: true, attributeFilter: ["class"] });
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ["style", "class"] });
}
