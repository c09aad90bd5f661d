/** Theme colours as numbers, for what CSS cannot mix: canvas drawing. */

/** `colour` with its alpha multiplied by `alpha` (0…1). Understands `#rgb[a]`, `#rrggbb[aa]` and `rgb[a](…)`; others stay as they are. */
export function withAlpha(colour: string, alpha: number): string {
  const rgba = parse(colour.trim());
  if (rgba === undefined) return colour;
  const [red, green, blue, own] = rgba;
  return `rgba(${red}, ${green}, ${blue}, ${Number((own * alpha).toFixed(3))})`;
}

type Rgba = readonly [number, number, number, number];

function parse(colour: string): Rgba | undefined {
  const hex = /^#([0-9a-f]{3,8})$/i.exec(colour)?.[1];
  if (hex !== undefined) return parseHex(hex);
  const list = /^rgba?\(([^)]+)\)$/i.exec(colour)?.[1];
  if (list === undefined) return undefined;
  const parts = list.split(/[\s,/]+/).filter((part) => part !== "");
  const [red, green, blue] = parts.map(Number);
  if (red === undefined || green === undefined || blue === undefined) return undefined;
  const alpha = parts[3];
  const own = alpha === undefined ? 1 : alpha.endsWith("%") ? Number(alpha.slice(0, -1)) / 100 : Number(alpha);
  return [red, green, blue, own].some(Number.isNaN) ? undefined : [red, green, blue, own];
}

function parseHex(hex: string): Rgba | undefined {
  const long = hex.length <= 4 ? [...hex].map((digit) => digit + digit).join("") : hex;
  if (long.length !== 6 && long.length !== 8) return undefined;
  const byte = (at: number): number => Number.parseInt(long.slice(at, at + 2), 16);
  return [byte(0), byte(2), byte(4), long.length === 8 ? byte(6) / 255 : 1];
}
