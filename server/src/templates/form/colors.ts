/** A color as red, green and blue, 0 to 255. */
export type Rgb = [red: number, green: number, blue: number];

/** Reads `#0f6b63` or `#abc`; null for another notation. */
export function parseHex(color: string): Rgb | null {
  const [, digits] = /^#([\da-f]{3}|[\da-f]{6})$/i.exec(color.trim()) ?? [];
  if (!digits) return null;
  const pairs = digits.length === 3 ? [...digits].map((one) => one + one) : digits.match(/../g)!;
  return pairs.map((pair) => Number.parseInt(pair, 16)) as Rgb;
}

export function toHex(color: Rgb): string {
  return `#${color.map((part) => Math.round(part).toString(16).padStart(2, '0')).join('')}`;
}

/** The parts of a color of sRGB as amounts of light, 0 to 1 (IEC 61966-2-1). */
export function linear(color: Rgb): Rgb {
  return color.map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as Rgb;
}

/** Relative luminance, 0 to 1 (WCAG 2.2, "relative luminance"). */
export function luminance(color: Rgb): number {
  const [red, green, blue] = linear(color);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** The contrast of two hexadecimal colors, 1 to 21 (WCAG 2.2, "contrast ratio"). */
export function contrast(one: string, other: string): number {
  const [darker, lighter] = [one, other].map((color) => luminance(parseHex(color)!)).sort((a, b) => a - b);
  return (lighter! + 0.05) / (darker! + 0.05);
}

/** The contrast that text of a usual size needs (WCAG 2.2, success criterion 1.4.3, level AA). */
export const minContrast = 4.5;

/** A pair of colors of a form whose text is hard to read; `ratio` is their contrast. */
export type LowContrast = { part: 'text' | 'links'; ratio: number };

/** The colors of a form that do not have the contrast of AA. Those of the footer and the buttons follow from them. */
export function lowContrasts({
  text,
  brand,
  card,
}: {
  text: string;
  brand: string;
  card: string;
}): LowContrast[] {
  const pairs = [
    { part: 'text', ratio: contrast(text, card) },
    { part: 'links', ratio: contrast(brand, card) },
  ] as const;
  return pairs.filter(({ ratio }) => ratio < minContrast);
}

/** Black or white, whichever is easier to read on a color. One of them always has the contrast of AA. */
export function textOn(background: string): string {
  return contrast('#ffffff', background) >= contrast('#000000', background) ? '#ffffff' : '#000000';
}

/** A color between two; `share` is how much of the second, 0 to 1. */
export function mix(one: string, other: string, share: number): string {
  const [from, to] = [parseHex(one)!, parseHex(other)!];
  return toHex(from.map((part, at) => part + (to[at]! - part) * share) as Rgb);
}

/** The color, or the nearest one towards black or white that can be read on the background. */
export function readableOn(color: string, background: string): string {
  const end = textOn(background);
  for (let share = 0; share < 1; share += 0.05) {
    const mixed = mix(color, end, share);
    if (contrast(mixed, background) >= minContrast) return mixed;
  }
  return end;
}
