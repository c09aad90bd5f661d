/** What the main thread and the recorder's worker thread say to each other. */
import type { Report } from "#protocol/report";
import type { Problem } from "#protocol/session";
import type { RecorderEvents, RecorderPaths, RecordParams, Snapshot } from "../record/handle";

/** Requests by name: what is asked with and answered. Answers come in any order, by id. */
export interface Requests {
  start: { params: RecordParams; result: Problem | null };
  open: { params: string; result: Problem | null };
  stop: { params: null; result: string | null };
  snapshot: { params: null; result: Snapshot };
  report: { params: null; result: Report | null };
  setVisible: { params: boolean; result: null };
}
export type RequestName = keyof Requests;

/** Main thread → worker. */
export type Request = {
  [N in RequestName]: { readonly id: number; readonly name: N; readonly params: Requests[N]["params"] };
}[RequestName];

/** Worker → main thread. */
export type Reply =
  | { readonly type: "reply"; readonly id: number; readonly result: unknown }
  | { readonly type: "error"; readonly id: number; readonly message: string }
  | {
      readonly type: "event";
      readonly event: keyof RecorderEvents;
      readonly value: RecorderEvents[keyof RecorderEvents];
    }
  | { readonly type: "program"; readonly pid: number | undefined };

export type WorkerData = RecorderPaths;
