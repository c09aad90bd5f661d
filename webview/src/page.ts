/** The page around the screens: header, the one screen the model calls for, keys. */
import { formatInstant, formatTime } from "#protocol/format";
import { windowEndNs } from "./charts/window";
import { createHeader } from "./components/header";
import { createKeyHelp, createKeysRow } from "./components/keyHelp";
import { element, setHidden } from "./dom";
import { type Screen, screenOf } from "./state/screen";
import type { Model } from "./state/store";
import { createOverview } from "./views/overview/view";
import { createFailed } from "./views/states/failed";
import { createReady } from "./views/states/ready";
import { createEmpty, createLoading, createOpening, createSilent, createStarting } from "./views/states/waiting";
import type { Actions, Scene, View } from "./views/view";

export interface Page {
  update(scene: Scene, silentForS: number | undefined): void;
}

const SCREENS: Readonly<Record<Screen, (actions: Actions) => View>> = {
  loading: createLoading,
  ready: createReady,
  starting: createStarting,
  silent: createSilent,
  opening: createOpening,
  empty: createEmpty,
  failed: createFailed,
  overview: createOverview,
};

/** Builds the page into `app`. A screen is made when it is first needed, and kept. */
export function createPage(app: HTMLElement, actions: Actions): Page {
  const header = createHeader(actions.send);
  const help = createKeyHelp();
  const keys = createKeysRow(help.open);
  const content = element("div", { class: "content" });
  const main = element("main", { attributes: { "aria-label": "Faultscope" } }, header.root, content, keys.root);
  app.replaceChildren(main, help.root);
  document.addEventListener("keydown", (event) => {
    if (event.key === "?" && !event.ctrlKey && !event.metaKey && !event.altKey) help.open();
  });

  const made = new Map<Screen, View>();
  let shown: Screen | undefined;
  return {
    update(scene, silentForS) {
      const screen = screenOf(scene.model);
      const view = made.get(screen) ?? SCREENS[screen](actions);
      made.set(screen, view);
      if (shown !== screen) {
        shown = screen;
        content.replaceChildren(view.root);
        main.dataset.screen = screen;
      }
      header.update(scene.model, silentForS);
      view.update(scene);
      setHidden(keys.root, screen !== "overview");
      keys.setNote(windowNote(scene.model));
    },
  };
}

function windowNote({ frame }: Model): string {
  if (frame === undefined) return "";
  const { startNs, bucketNs } = frame.window;
  const instant = (ns: number): string => formatInstant(ns, Math.max(bucketNs, 1e8));
  return `bucket ${formatTime(bucketNs)} · window ${instant(startNs)} – ${instant(windowEndNs(frame))}`;
}
