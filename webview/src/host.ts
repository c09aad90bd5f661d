/** The other side of the page: VS Code's webview API, typed, acquired once. */
import type { HostToWebview, WebviewToHost } from "#protocol/panel";

interface VsCodeApi {
  postMessage(message: WebviewToHost): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

export interface Host {
  send(message: WebviewToHost): void;
  readonly storedState: unknown;
  store(state: unknown): void;
}

/** May be called once in the life of the page: VS Code allows no second. */
export function connectHost(): Host {
  const api = acquireVsCodeApi();
  return {
    send: (message) => api.postMessage(message),
    storedState: api.getState(),
    store: (state) => api.setState(state),
  };
}

/** A message of the host, or undefined for what other scripts post into the same window. */
export function asHostMessage(data: unknown): HostToWebview | undefined {
  if (typeof data !== "object" || data === null || !("type" in data)) return undefined;
  const { type } = data;
  const known = type === "snapshot" || type === "state" || type === "frame";
  return known ? (data as HostToWebview) : undefined;
}
