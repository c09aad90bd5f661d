/** The few shapes the page needs, each always beside a word. They take the colour of the text around them. */

const SHAPES = {
  disc: "M8 3a5 5 0 1 1 0 10A5 5 0 0 1 8 3Z",
  ring: "M8 3a5 5 0 1 1 0 10A5 5 0 0 1 8 3Zm0 1.5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7Z",
  square: "M3.5 3.5h9v9h-9z",
  check: "m3.2 8.6 1.1-1.1 2.3 2.3 5.1-5.6 1.1 1-6.1 6.8z",
  warning: "M8 1.8 15 14H1L8 1.8Zm-.8 4.4v4.1h1.6V6.2H7.2Zm0 5.1v1.5h1.6v-1.5H7.2Z",
  error:
    "M8 2a6 6 0 1 1 0 12A6 6 0 0 1 8 2ZM6.1 5.2l-.9.9L7.1 8l-1.9 1.9.9.9L8 8.9l1.9 1.9.9-.9L8.9 8l1.9-1.9-.9-.9L8 7.1 6.1 5.2Z",
  clock:
    "M8 2a6 6 0 1 1 0 12A6 6 0 0 1 8 2Zm0 1.4a4.6 4.6 0 1 0 0 9.2 4.6 4.6 0 0 0 0-9.2Zm-.7 1.8h1.4v2.6l1.9 1.1-.7 1.2-2.6-1.6V5.2Z",
  table:
    "M2 3h12v10H2V3Zm1.2 3.2v1.9h4.2V6.2H3.2Zm5.4 0v1.9h4.2V6.2H8.6ZM3.2 9.3v2.5h4.2V9.3H3.2Zm5.4 0v2.5h4.2V9.3H8.6Z",
} as const;

export type IconName = keyof typeof SHAPES;

const SVG = "http://www.w3.org/2000/svg";

/** A 16 px shape, hidden from assistive technology: the word beside it says the same. */
export function icon(name: IconName, colour?: string): SVGSVGElement {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("class", colour === undefined ? "icon" : `icon ${colour}`);
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", SHAPES[name]);
  path.setAttribute("fill", "currentColor");
  path.setAttribute("fill-rule", "evenodd");
  svg.append(path);
  return svg;
}
