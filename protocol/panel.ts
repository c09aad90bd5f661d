/** Messages between the extension host and the webview page. Validated on arrival: the page is untrusted input. */
import type { Frame } from "./frames";
import type { SessionState, Target } from "./session";

/** Host → page. */
export type HostToWebview =
  /** Answer to `ready`, and whenever the page saw a gap: everything it needs to draw from nothing. */
  | {
      readonly type: "snapshot";
      readonly state: SessionState;
      readonly frame: Frame | null;
      /** While idle: what may be attached to. While recording: what processes held when it began, once that is known. */
      readonly targets: readonly Target[];
    }
  /** The session's state changed. */
  | { readonly type: "state"; readonly state: SessionState }
  /** At most ten a second while the page is visible. */
  | { readonly type: "frame"; readonly frame: Frame };

/** Page → host. */
export type WebviewToHost =
  /** The page is loaded, or saw a gap in `sequence`. */
  | { readonly type: "ready" }
  /** The user pressed a button that stands for a command. */
  | { readonly type: "command"; readonly command: "attach" | "launch" | "open" | "stop" | "doctor" }
  /** Attach to a process the ready view lists. */
  | { readonly type: "attachTo"; readonly pid: number }
  /** Show a call site in an editor. */
  | { readonly type: "reveal"; readonly file: string; readonly line: number }
  /** Copy text (a remedy, a table) to the clipboard. */
  | { readonly type: "copy"; readonly text: string };
