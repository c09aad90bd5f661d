/** Folder and file of a new recording. */
import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { basename, join } from "node:path";
import type { Faultscope } from "./faultscope";
import { freeName, recordingName, recordingsFolder, WORKSPACE_FOLDER_NAME } from "./model/recordingFile";
import { readSetting } from "./settings";

/** Where recordings of this window go. */
export function currentFolder(app: Faultscope): string {
  return recordingsFolder({
    setting: readSetting("faultscope.recordings.folder"),
    workspaceFolder: app.workspaceFolder?.uri.scheme === "file" ? app.workspaceFolder.uri.fsPath : undefined,
    globalStorage: app.extension.globalStorageUri.fsPath,
    home: homedir(),
  });
}

/** A path for a new recording of `command`; its folder exists afterwards. Throws one sentence when it cannot be made. */
export async function newRecordingFile(app: Faultscope, command: string): Promise<string> {
  const folder = currentFolder(app);
  try {
    await mkdir(folder, { recursive: true });
    // Our own folder inside somebody's repository keeps itself out of it.
    if (basename(folder) === WORKSPACE_FOLDER_NAME) {
      await writeFile(join(folder, ".gitignore"), "*\n", { flag: "wx" }).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== "EEXIST") throw error;
      });
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(
      `The folder for recordings, ${folder}, cannot be made: ${reason}. Choose another in the setting faultscope.recordings.folder.`,
    );
  }
  const name = freeName(recordingName(command, new Date()), (candidate) => existsSync(join(folder, candidate)));
  return join(folder, name);
}
