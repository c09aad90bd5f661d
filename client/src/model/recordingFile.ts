/** Where a recording goes and what it is called. */
import { basename, isAbsolute, join, resolve } from "node:path";

export interface FolderChoice {
  /** The setting, empty for the default. */
  readonly setting: string;
  readonly workspaceFolder: string | undefined;
  /** Folder of the extension for things of no workspace. */
  readonly globalStorage: string;
  readonly home: string;
}

/** Name of the default folder inside a workspace. */
export const WORKSPACE_FOLDER_NAME = ".faultscope";

/**
 * The folder for new recordings: the setting (`${workspaceFolder}`, `${userHome}` and a relative path are resolved), or
 * `.faultscope` in the workspace, or the extension's own storage where there is no workspace.
 */
export function recordingsFolder(choice: FolderChoice): string {
  const base = choice.workspaceFolder ?? choice.globalStorage;
  const setting = choice.setting.trim();
  if (setting === "") {
    return choice.workspaceFolder === undefined
      ? join(choice.globalStorage, "recordings")
      : join(choice.workspaceFolder, WORKSPACE_FOLDER_NAME);
  }
  const filled = setting
    .replace(/\$\{workspaceFolder\}/g, () => base)
    .replace(/\$\{userHome\}/g, () => choice.home)
    .replace(/^~(?=\/|$)/, () => choice.home);
  return isAbsolute(filled) ? filled : resolve(base, filled);
}

/** `compactor-20261123-071305.faultscope`: process and local time, safe as a file name everywhere. */
export function recordingName(command: string, now: Date): string {
  const program =
    basename(command)
      .replace(/[^\w.+-]+/g, "_")
      .replace(/^[.-]+/, "")
      .slice(0, 60) || "recording";
  const two = (n: number): string => String(n).padStart(2, "0");
  const day = `${now.getFullYear()}${two(now.getMonth() + 1)}${two(now.getDate())}`;
  const time = `${two(now.getHours())}${two(now.getMinutes())}${two(now.getSeconds())}`;
  return `${program}-${day}-${time}.faultscope`;
}

/** The name, or the name with a number when it is taken. */
export function freeName(name: string, taken: (name: string) => boolean): string {
  if (!taken(name)) return name;
  const stem = name.replace(/\.faultscope$/, "");
  let number = 2;
  while (taken(`${stem}-${number}.faultscope`)) number += 1;
  return `${stem}-${number}.faultscope`;
}

/** File beside a recording that gets the launched program's output. */
export function outputFile(recording: string): string {
  return `${recording.replace(/\.faultscope$/, "")}.log`;
}
