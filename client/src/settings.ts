/** Settings, read through the one table of names, defaults and types. */
import * as vscode from "vscode";
import { SETTINGS, type SettingName } from "./model/names";

type Widen<T> = T extends string ? string : T;

export function readSetting<S extends SettingName>(name: S): Widen<(typeof SETTINGS)[S]> {
  const value: unknown = vscode.workspace.getConfiguration().get(name);
  const fallback = SETTINGS[name];
  // Settings are typed by hand; a value of the wrong kind is as good as none.
  const fits = Array.isArray(fallback)
    ? Array.isArray(value) && value.every((part) => typeof part === "string")
    : typeof value === typeof fallback;
  return (fits ? value : fallback) as Widen<(typeof SETTINGS)[S]>;
}
