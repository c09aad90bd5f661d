/** Which screen a model calls for: one place decides, so that no state is left without one. */
import { hasActivity, type Model } from "./store";

export type Screen = "loading" | "ready" | "starting" | "silent" | "opening" | "empty" | "failed" | "overview";

/** The screen for `model`. Figures win over waiting: what is read can be used already. */
export function screenOf(model: Model): Screen {
  const active = hasActivity(model.frame);
  switch (model.session?.phase) {
    case undefined:
      return "loading";
    case "idle":
      return "ready";
    case "starting":
      return "starting";
    case "recording":
    case "stopping":
      return active ? "overview" : "silent";
    case "opening":
      return active ? "overview" : "opening";
    case "recorded":
      return active ? "overview" : "empty";
    case "failed":
      return "failed";
  }
}
