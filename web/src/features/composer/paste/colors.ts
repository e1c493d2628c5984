type Rgb = [red: number, green: number, blue: number];

const white: Rgb = [255, 255, 255];
const black: Rgb = [0, 0, 0];
/** Of two colors that are hard to tell apart (WCAG's contrast ratio). */
const lowContrast = 1.5;

/**
 * The color of a text as mail carries it (#rrggbb); null for the usual black, and for one that nobody could
 * read on `background` (null: white), such as that of a dark page.
 */
export function textColor(color: string, background: string | null): string | null {
  const rgb = parse(color);
  if (!rgb) return null;
  if (background) return contrast(rgb, parse(background) ?? white) < lowContrast ? null : hex(rgb);
  const isUsual = isGrey(rgb) && contrast(rgb, black) < 2;
  return isUsual || contrast(rgb, white) < lowContrast ? null : hex(rgb);
}

/** The color behind a text (#rrggbb); null for greys, which are those of the page that it comes from. */
export function highlightColor(color: string): string | null {
  const rgb = parse(color);
  return rgb && !isGrey(rgb) ? hex(rgb) : null;
}

/** The color of a cell (#rrggbb); null for white. */
export function cellColor(color: string): string | null {
  const rgb = parse(color);
  return rgb && contrast(rgb, white) > 1.02 ? hex(rgb) : null;
}

let canvas: CanvasRenderingContext2D | null = null;
const parsed = new Map<string, Rgb | null>();

/** Any CSS color, as it is seen on white; null where nothing is. */
function parse(color: string): Rgb | null {
  const known = parsed.get(color);
  if (known !== undefined) return known;
  const value = /^(transparent|inherit|initial|currentcolor|windowtext|auto|window)$/i.test(color)
    ? null
    : paint(color);
  if (parsed.size > 500) parsed.clear();
  parsed.set(color, value);
  return value;
}

function paint(color: string): Rgb | null {
  canvas ??= Object.assign(document.createElement('canvas'), { width: 1, height: 1 }).getContext('2d', {
    willReadFrequently: true,
  });
  if (!canvas || !CSS.supports('color', color)) return null;
  canvas.clearRect(0, 0, 1, 1);
  canvas.fillStyle = color;
  canvas.fillRect(0, 0, 1, 1);
  const [red, green, blue, alpha] = canvas.getImageData(0, 0, 1, 1).data as unknown as [...Rgb, number];
  if (alpha < 20) return null;
  const onWhite = (value: number) => Math.round(value * (alpha / 255) + 255 - alpha);
  return [onWhite(red), onWhite(green), onWhite(blue)];
}

function isGrey(rgb: Rgb): boolean {
  return Math.max(...rgb) - Math.min(...rgb) < 16;
}

/** WCAG 2.2, "contrast ratio". */
function contrast(one: Rgb, other: Rgb): number {
  const [lighter, darker] = [luminance(one), luminance(other)].sort((a, b) => b - a) as [number, number];
  return (lighter + 0.05) / (darker + 0.05);
}

function luminance(rgb: Rgb): number {
  const [red, green, blue] = rgb.map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as Rgb;
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function hex(rgb: Rgb): string {
  return `#${rgb.map((value) => value.toString(16).padStart(2, '0')).join('')}`;
}
