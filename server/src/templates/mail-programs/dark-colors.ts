import type { Element } from 'domhandler';
import { linear, parseHex, type Rgb, toHex } from '../form/colors.ts';
import { parseMail, parseStyles } from './shown-mail.ts';

/** Which colors a program changes, by their brightness, 0 to 255. */
export type DarkRule = {
  /** Text and borders darker than this are lightened. */
  text: number;
  /** Backgrounds lighter than this are darkened. */
  background: number;
};

/**
 * The Gmail app on Android darkens with Chromium, by these thresholds (Chromium, `dark_mode_settings.h` and the
 * defaults of Android's WebView). That on iOS also lightens dark backgrounds.
 */
export const gmailAppDark: DarkRule = { text: 150, background: 205 };
/** Outlook on Windows inverts all colors (Litmus, "The ultimate guide to dark mode", full color invert). */
export const outlookDark: DarkRule = { text: 256, background: -1 };

/**
 * A message with the lightness of its colors inverted, as mail programs do that make it dark themselves: pictures stay.
 * Which colors they choose is not documented, and differs between versions; this is an approximation.
 */
export function withDarkColors(html: string, rule: DarkRule): string {
  const $ = parseMail(html);
  for (const element of $('[style]').get() as Element[]) {
    const styles = parseStyles(element.attribs.style ?? '');
    styles?.walkDecls((declaration) => {
      declaration.value = darkValue(declaration.prop, declaration.value, rule);
    });
    if (styles) element.attribs.style = styles.toString();
  }
  for (const element of $('[bgcolor],[color]').get() as Element[])
    for (const name of ['bgcolor', 'color'])
      if (element.attribs[name])
        element.attribs[name] = darkValue(
          name === 'color' ? 'color' : 'background',
          element.attribs[name],
          rule,
        );
  for (const style of $('style').get() as Element[]) {
    const sheet = parseStyles($(style).text());
    sheet?.walkDecls((declaration) => {
      declaration.value = darkValue(declaration.prop, declaration.value, rule);
    });
    if (sheet) $(style).text(sheet.toString());
  }
  const page = `background-color:${toHex(invertLightness([255, 255, 255]))};color:${toHex(invertLightness([0, 0, 0]))}`;
  const body = $('body');
  if (body.length > 0) {
    // What the message says comes last, and counts.
    body.attr('style', `${page};${body.attr('style') ?? ''}`);
    return $.html();
  }
  return `<body style="${page}">${$.html()}</body>`;
}

/** Hexadecimal, `rgb()`, and the names that mail uses most. */
const colors =
  /#[\da-f]{6}\b|#[\da-f]{3}\b|\brgba?\([^)]*\)|(?<![-\w])(?:white|black|gray|grey|silver|red|blue|green|navy)(?![-\w])/gi;
const named: Record<string, Rgb> = {
  white: [255, 255, 255],
  black: [0, 0, 0],
  gray: [128, 128, 128],
  grey: [128, 128, 128],
  silver: [192, 192, 192],
  red: [255, 0, 0],
  blue: [0, 0, 255],
  green: [0, 128, 0],
  navy: [0, 0, 128],
};

function darkValue(property: string, value: string, rule: DarkRule): string {
  const isBackground = /^background/.test(property);
  if (!isBackground && !/color$|^border|^outline/.test(property)) return value;
  return value
    .split(/(url\([^)]*\))/i)
    .map((part, index) =>
      index % 2 === 1 ? part : part.replace(colors, (color) => dark(color, isBackground, rule)),
    )
    .join('');
}

function dark(color: string, isBackground: boolean, rule: DarkRule): string {
  const rgb = readColor(color);
  if (!rgb) return color;
  const [red, green, blue] = rgb;
  const brightness = (299 * red + 587 * green + 114 * blue) / 1_000;
  const changes = isBackground ? brightness > rule.background : brightness < rule.text;
  return changes ? toHex(invertLightness(rgb)) : color;
}

function readColor(color: string): Rgb | null {
  if (color.startsWith('#')) return parseHex(color);
  const name = named[color.toLowerCase()];
  if (name) return name;
  const [red, green, blue, alpha = 1] = (color.match(/[\d.]+/g) ?? []).map(Number);
  // A transparent color stays.
  if (blue === undefined || alpha === 0) return null;
  return [red!, green!, blue];
}

/**
 * The color with the lightness of CIELAB inverted, as Chromium does: white becomes a very dark gray (lightness 10), and
 * black white. Hue and chroma stay as far as sRGB has them.
 */
export function invertLightness(color: Rgb): Rgb {
  const [lightness, a, b] = toLab(color);
  return fromLab([Math.min(110 - lightness, 100), a, b]);
}

type Lab = [lightness: number, a: number, b: number];

/** The white point D65 of sRGB (IEC 61966-2-1). */
const white = [0.95047, 1, 1.08883] as const;

function toLab(color: Rgb): Lab {
  const [red, green, blue] = linear(color);
  const [x, y, z] = [
    0.4124564 * red + 0.3575761 * green + 0.1804375 * blue,
    0.2126729 * red + 0.7151522 * green + 0.072175 * blue,
    0.0193339 * red + 0.119192 * green + 0.9503041 * blue,
  ].map((part, at) => {
    const share = part / white[at]!;
    return share > 216 / 24_389 ? Math.cbrt(share) : ((24_389 / 27) * share + 16) / 116;
  }) as Rgb;
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

function fromLab([lightness, a, b]: Lab): Rgb {
  const y = (lightness + 16) / 116;
  const [x, yy, z] = [y + a / 500, y, y - b / 200].map(
    (part, at) => white[at]! * (part ** 3 > 216 / 24_389 ? part ** 3 : (116 * part - 16) / (24_389 / 27)),
  ) as Rgb;
  return [
    3.2404542 * x - 1.5371385 * yy - 0.4985314 * z,
    -0.969266 * x + 1.8760108 * yy + 0.041556 * z,
    0.0556434 * x - 0.2040259 * yy + 1.0572252 * z,
  ].map((part) => {
    const share = part <= 0.0031308 ? 12.92 * part : 1.055 * part ** (1 / 2.4) - 0.055;
    return Math.min(255, Math.max(0, share * 255));
  }) as Rgb;
}
