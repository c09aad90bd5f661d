/**
 * Every name the manifest and the code share: commands with their arguments, settings with their types and defaults,
 * context keys, views. A test compares this table with `contributes` in package.json.
 */
import type { SessionState } from "#protocol/session";

/** Arguments let tests, keybindings and other extensions skip pickers and input boxes. */
export interface CommandArguments {
  /** `pid` or `{ pids }`. */
  readonly "faultscope.attach": readonly [target?: unknown];
  /** A command line as one would type it, or `{ command, args, cwd }`. */
  readonly "faultscope.launch": readonly [program?: unknown];
  readonly "faultscope.stop": readonly [];
  readonly "faultscope.continue": readonly [];
  /** Path or Uri of a recording. */
  readonly "faultscope.open": readonly [file?: unknown];
  readonly "faultscope.showPanel": readonly [];
  readonly "faultscope.openPanelInEditor": readonly [];
  readonly "faultscope.checkWorkspace": readonly [];
  readonly "faultscope.doctor": readonly [];
  readonly "faultscope.showLog": readonly [];
  readonly "faultscope.restartServer": readonly [];
}
export type CommandName = keyof CommandArguments;

/** Command name → title in the palette. A name missing here does not compile. */
export const COMMANDS: { readonly [K in CommandName]: string } = {
  "faultscope.attach": "Attach to Process…",
  "faultscope.launch": "Launch and Trace…",
  "faultscope.stop": "Stop Recording",
  "faultscope.continue": "Continue Recording",
  "faultscope.open": "Open Recording…",
  "faultscope.showPanel": "Show Panel",
  "faultscope.openPanelInEditor": "Open Panel in Editor",
  "faultscope.checkWorkspace": "Check Workspace",
  "faultscope.doctor": "Doctor",
  "faultscope.showLog": "Show Log",
  "faultscope.restartServer": "Restart Language Server",
};

/** Setting → default. `trace.server` is read by the language client itself, `rules` is asked for by the server. */
export const SETTINGS = {
  "faultscope.recordings.folder": "",
  "faultscope.probe.command": [] as readonly string[],
  "faultscope.rules": {} as Readonly<Record<string, string>>,
  "faultscope.trace.server": "off",
} as const;
export type SettingName = keyof typeof SETTINGS;

/** Context key → its type. */
export interface ContextKeys {
  /** Phase of the session, for `when` clauses that hide what makes no sense now. */
  readonly "faultscope.phase": SessionState["phase"];
}

export const VIEW_CONTAINER = "faultscope";
/** The bottom panel's view. */
export const PANEL_VIEW = "faultscope.panel";
/** View type of the panel as an editor tab. */
export const PANEL_TAB = "faultscope.panelTab";
/** View type of a recording opened as a file. */
export const RECORDING_EDITOR = "faultscope.recording";
/** Language of the textual trace. */
export const TRACE_LANGUAGE = "faultscope-trace";
/** Languages whose sources are analysed. */
export const SOURCE_LANGUAGES = ["c", "cpp", "javascript", "javascriptreact", "typescript", "typescriptreact"] as const;
