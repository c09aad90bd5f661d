/** Why a file cannot be read as a recording; told to the user as it is. Its message begins with its subject. */
export type RecordingErrorCode = "unreadable" | "not-a-recording" | "newer-version" | "incomplete-header";

export class RecordingError extends Error {
  override readonly name = "RecordingError";
  constructor(
    readonly code: RecordingErrorCode,
    message: string,
    readonly remedy: string,
  ) {
    super(message);
  }

  /** The message with the file called by `name`, where it says "The file" or "The recording". */
  named(name: string): string {
    return this.message.replace(/^The (?:file|recording)\b/, () => name);
  }
}
