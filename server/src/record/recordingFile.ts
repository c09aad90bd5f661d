/** The recording as a file: created without destroying anything else, written message by message, read at any place. */
import {
  accessSync,
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  openSync,
  readSync,
  statSync,
  writevSync,
} from "node:fs";
import { basename, dirname } from "node:path";
import type { Problem } from "#protocol/session";
import { ArrowReader, type ByteSource } from "../recording/arrowReader";
import { RecordingError } from "../recording/errors";

/** What a file-system error means, for the middle of a sentence. */
export function reasonOf(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  const words: Record<string, string> = {
    ENOENT: "it does not exist",
    EACCES: "permission is denied",
    EPERM: "permission is denied",
    EISDIR: "it is a folder",
    ENOTDIR: "part of its path is not a folder",
    ENOSPC: "no space is left on the device",
    EDQUOT: "the disk quota is used up",
    EFBIG: "it has reached the largest size allowed",
    EROFS: "the file system is read-only",
    EIO: "the device reports an input/output error",
  };
  return words[code ?? ""] ?? (error instanceof Error ? error.message : String(error));
}

/** A file being read; `close` it. Throws RecordingError when it cannot be opened. */
export class FileSource implements ByteSource {
  readonly size: number;
  private readonly fd: number;

  constructor(path: string) {
    try {
      // Without O_NONBLOCK a named pipe would be waited for, for ever.
      this.fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
      const stat = fstatSync(this.fd);
      if (stat.isDirectory()) throw Object.assign(new Error(), { code: "EISDIR" });
      if (!stat.isFile()) throw new Error("it is not a regular file");
      this.size = stat.size;
    } catch (error) {
      throw unreadable(path, error);
    }
  }

  read(position: number, target: Uint8Array): number {
    let done = 0;
    while (done < target.byteLength) {
      const got = readSync(this.fd, target, done, target.byteLength - done, position + done);
      if (got === 0) break;
      done += got;
    }
    return done;
  }

  close(): void {
    closeSync(this.fd);
  }
}

/** The error of a recording that the file system does not give. */
export function unreadable(path: string, error: unknown): RecordingError {
  const remedy = "Check the path and the permissions of the file.";
  return new RecordingError("unreadable", `${basename(path)} cannot be read: ${reasonOf(error)}.`, remedy);
}

/** Why `path` cannot be written as a recording, before anything is done; undefined when it can. */
export function cannotWrite(path: string): Problem | undefined {
  const existing = statSync(path, { throwIfNoEntry: false });
  if (!existing) return folderProblem(path);
  const remedy = "Choose another file with -o.";
  if (!existing.isFile()) {
    return { code: "unwritable", message: `${path} exists and is not a regular file.`, remedy };
  }
  if (existing.size > 0 && !isRecording(path)) {
    return { code: "exists", message: `${path} exists and is not a recording, so it is not overwritten.`, remedy };
  }
  return accessProblem(path, path);
}

function folderProblem(path: string): Problem | undefined {
  return accessProblem(dirname(path), path);
}

function accessProblem(looked: string, path: string): Problem | undefined {
  try {
    accessSync(looked, constants.W_OK);
    return undefined;
  } catch (error) {
    const message =
      looked === path
        ? `${path} cannot be written: ${reasonOf(error)}.`
        : `${path} cannot be created in the folder ${looked}: ${reasonOf(error)}.`;
    return { code: "unwritable", message, remedy: "Choose another file with -o, or create the folder." };
  }
}

function isRecording(path: string): boolean {
  try {
    const source = new FileSource(path);
    try {
      return new ArrowReader(source) !== undefined;
    } finally {
      source.close();
    }
  } catch (error) {
    // A recording cut off in its header, or one of a newer version, is one of ours all the same.
    return error instanceof RecordingError && error.code !== "not-a-recording" && error.code !== "unreadable";
  }
}

/** A recording being written. Whatever fails, the file ends at the border of a message. */
export class RecordingFile {
  bytes = 0;
  private readonly fd: number;

  /** Creates or replaces the file. Throws what the file system throws. */
  constructor(path: string) {
    this.fd = openSync(path, constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC, 0o600);
  }

  /** Writes one message, or cuts back what was written of it and throws. */
  readonly write = (chunks: readonly Uint8Array[]): void => {
    let rest = [...chunks];
    let at = this.bytes;
    try {
      while (rest.length > 0) {
        const written = writevSync(this.fd, rest.slice(0, 512), at);
        at += written;
        rest = dropBytes(rest, written);
      }
      this.bytes = at;
    } catch (error) {
      this.cutBack();
      throw error;
    }
  };

  close(): void {
    closeSync(this.fd);
  }

  private cutBack(): void {
    try {
      ftruncateSync(this.fd, this.bytes);
    } catch {
      // The error of the write says more; the reader copes with half a message.
    }
  }
}

/** The chunks without their first `bytes` bytes: a write may be short. */
function dropBytes(chunks: readonly Uint8Array[], bytes: number): Uint8Array[] {
  const rest = [...chunks];
  let left = bytes;
  for (let first = rest[0]; first !== undefined && left >= first.byteLength; first = rest[0]) {
    left -= first.byteLength;
    rest.shift();
  }
  if (left > 0 && rest[0] !== undefined) rest[0] = rest[0].subarray(left);
  return rest;
}
