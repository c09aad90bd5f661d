/** Wires the page: messages of the host into the model, the model into at most one draw a frame. */
import { asHostMessage, connectHost } from "./host";
import { createPage } from "./page";
import { createScheduler } from "./schedule";
import { INITIAL_MODEL, type Model, reduce } from "./state/store";
import { restoreView, type ViewState } from "./state/view";
import "./styles/main.css";
import { readTheme, watchTheme } from "./theme";
import type { Actions } from "./views/view";

declare global {
  interface Window {
    /** Resolves when no draw is pending: tests wait for it before they look. */
    faultscopeIdle: () => Promise<void>;
  }
}

/** A recording that sends nothing for this long is said to be silent. */
const SILENT_MS = 3000;

const app = document.getElementById("app");
if (app === null) throw new Error("The page has no element #app to draw into.");

const host = connectHost();
let model: Model = INITIAL_MODEL;
let view: ViewState = restoreView(host.storedState);
let theme = readTheme();
let lastNewsMs = performance.now();

const actions: Actions = {
  send: host.send,
  changeView(change) {
    view = change(view);
    host.store(view);
    scheduler.request();
  },
  requestDraw: () => scheduler.request(),
};
const page = createPage(app, actions);
const scheduler = createScheduler(
  () => page.update({ model, view, theme }, silentForS()),
  (idle) => {
    document.body.dataset.idle = String(idle);
  },
);

function silentForS(): number | undefined {
  const silentMs = performance.now() - lastNewsMs;
  return model.session?.phase === "recording" && silentMs >= SILENT_MS ? Math.floor(silentMs / 1000) : undefined;
}

window.faultscopeIdle = scheduler.idle;
window.addEventListener("message", (event) => {
  const message = asHostMessage(event.data);
  if (message === undefined) return;
  lastNewsMs = performance.now();
  const step = reduce(model, message);
  model = step.model;
  if (step.ask) host.send({ type: "ready" });
  scheduler.request();
});
watchTheme(() => {
  theme = readTheme();
  scheduler.request();
});
setInterval(() => {
  if (silentForS() !== undefined) scheduler.request();
}, 1000);

scheduler.request();
host.send({ type: "ready" });
