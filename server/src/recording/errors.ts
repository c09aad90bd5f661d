/** Why a file cannot be read as a recording; told to the user as it is. */
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
}
