/** Names of the schema metadata; `docs/recording-format.md` lists them. */
export const HEADER_KEYS = {
  version: "faultscope.version",
  startNs: "faultscope.startNs",
  startedAt: "faultscope.startedAt",
  host: "faultscope.host",
  writer: "faultscope.writer",
} as const;
