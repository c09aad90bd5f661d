/** What every screen is given and must offer. */
import type { WebviewToHost } from "#protocol/panel";
import type { Model } from "../state/store";
import type { ViewState } from "../state/view";
import type { Theme } from "../theme";

export interface Actions {
  send(message: WebviewToHost): void;
  /** Changes what the user looks at, keeps it and draws. */
  changeView(change: (view: ViewState) => ViewState): void;
  requestDraw(): void;
}

export interface Scene {
  readonly model: Model;
  readonly view: ViewState;
  readonly theme: Theme;
}

export interface View {
  readonly root: HTMLElement;
  update(scene: Scene): void;
}
