/** `faultscope export`: a recording for other tools. */
import { closeSync, openSync, writeSync } from "node:fs";
import { FileSource, reasonOf } from "../record/recordingFile";
import { ArrowReader } from "../recording/arrowReader";
import type { Batch } from "../recording/batch";
import { RecordingError } from "../recording/errors";
import { FORMATS, type Source } from "./export/formats";
import type { Command, Io } from "./io";
import { parseOptions } from "./options";
import { UsageError } from "./problems";
import { readTrace } from "./readTrace";

function* batchesOf(path: string, reader: ArrowReader, io: Io): Generator<Batch> {
  for (let batch = reader.next(); batch; batch = reader.next()) yield batch;
  const { tail } = reader;
  if (tail && (tail.kind === "torn" || tail.kind === "damaged")) {
    io.err(`faultscope: ${path}: the last ${tail.bytes} bytes are ${tail.kind} and were left out.\n`);
  }
}

/** Writes all pieces to a file. Throws RecordingError when it cannot. */
function writeFile(path: string, pieces: Iterable<string>): void {
  try {
    const fd = openSync(path, "w");
    try {
      for (const piece of pieces) {
        const bytes = Buffer.from(piece);
        for (let done = 0; done < bytes.byteLength; ) done += writeSync(fd, bytes, done);
      }
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    if (error instanceof RecordingError) throw error;
    throw new RecordingError(
      "unreadable",
      `${path} cannot be written: ${reasonOf(error)}.`,
      "Choose another file with -o.",
    );
  }
}

export const exportCommand: Command = async (args, io) => {
  const options = parseOptions(args, { to: { type: "string" }, output: { type: "string", short: "o" } });
  const [file, ...more] = options.positionals;
  const to = options.text("to") ?? "";
  const names = Object.keys(FORMATS).join(", ");
  if (file === undefined || more.length > 0) throw new UsageError("It takes one recording.");
  if (!Object.hasOwn(FORMATS, to))
    throw new UsageError(`--to takes one of ${names}${to === "" ? "" : `, not '${to}'`}.`);
  const source = new FileSource(file);
  try {
    const reader = new ArrowReader(source);
    const from: Source = { batches: () => batchesOf(file, reader, io), report: () => readTrace(file).report() };
    const pieces = FORMATS[to]?.(from) ?? [];
    const output = options.text("output");
    if (output !== undefined) writeFile(output, pieces);
    else for (const piece of pieces) await io.write(piece);
    return 0;
  } finally {
    source.close();
  }
};
