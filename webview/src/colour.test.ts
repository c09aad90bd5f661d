import { expect, it } from "vitest";
import { withAlpha } from "./colour";

it.each([
  ["#3794ff", 0.5, "rgba(55, 148, 255, 0.5)"],
  ["#fff", 0.26, "rgba(255, 255, 255, 0.26)"],
  ["#cccccc80", 0.5, "rgba(204, 204, 204, 0.251)"],
  ["rgb(1, 2, 3)", 1, "rgba(1, 2, 3, 1)"],
  ["rgba(1, 2, 3, 0.5)", 0.5, "rgba(1, 2, 3, 0.25)"],
  ["rgb(1 2 3 / 50%)", 1, "rgba(1, 2, 3, 0.5)"],
  ["canvastext", 0.5, "canvastext"],
  ["#12345", 0.5, "#12345"],
  ["", 0.5, ""],
])("%s at %d → %s", (colour, alpha, wanted) => expect(withAlpha(colour, alpha)).toBe(wanted));
