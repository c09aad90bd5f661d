/** A recording file as a trace, read at once. */
import { FileSource } from "../record/recordingFile";
import { ArrowReader } from "../recording/arrowReader";
import { RecordingError } from "../recording/errors";
import { Trace } from "../trace/trace";

/** Reads all of `path`. Throws RecordingError, naming the file. */
export function readTrace(path: string): Trace {
  const source = new FileSource(path);
  try {
    const reader = new ArrowReader(source);
    const trace = new Trace();
    for (let batch = reader.next(); batch; batch = reader.next()) trace.add(batch);
    trace.finish(reader.tail);
    return trace;
  } catch (error) {
    if (!(error instanceof RecordingError)) throw error;
    throw new RecordingError(error.code, `${path}: ${error.message}`, error.remedy);
  } finally {
    source.close();
  }
}
