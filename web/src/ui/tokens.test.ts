import { describe, expect, test } from 'vitest';
import { avatarColors, codeColors, colors, tagColors } from './tokens.ts';

/** Relative luminance and contrast by WCAG 2.2. */
function luminance(color: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}

function contrast(one: string, other: string): number {
  const [darker, lighter] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (lighter! + 0.05) / (darker! + 0.05);
}

const onEverything = ['surface', 'background', 'selected', 'hover', 'noteBackground'] as const;
const pairs = [
  ...(['text', 'textMuted', 'accent'] as const).flatMap((words) =>
    onEverything.map((behind) => [words, behind] as const),
  ),
  ...(['error', 'warning', 'success'] as const).flatMap((words) =>
    (['surface', 'background', 'selected', 'hover'] as const).map((behind) => [words, behind] as const),
  ),
  ['error', 'errorBackground'],
  ['warning', 'warningBackground'],
  ['warning', 'noteBackground'],
  ['onAccent', 'accent'],
  ['onAccent', 'accentHover'],
  ['text', 'found'],
  ['onPaper', 'paper'],
] as const;

describe.each([
  ['light', 0],
  ['dark', 1],
] as const)('colours have the contrast of WCAG AA: %s', (_scheme, at) => {
  test.each(pairs)('%s on %s', (words, behind) => {
    expect(contrast(colors[words][at], colors[behind][at])).toBeGreaterThanOrEqual(4.5);
  });

  test.each(['codeTag', 'codeAttribute', 'codeValue'] as const)('%s on surface', (words) => {
    expect(contrast(codeColors[words][at], colors.surface[at])).toBeGreaterThanOrEqual(4.5);
  });

  test('a placeholder in the editor of templates', () => {
    const { codeData, codeDataBackground } = codeColors;
    expect(contrast(codeData[at], codeDataBackground[at])).toBeGreaterThanOrEqual(4.5);
  });

  test.each(Object.entries(tagColors))('a tag in %s', (_name, schemes) => {
    const [behind, words] = schemes[at];
    expect(contrast(words, behind)).toBeGreaterThanOrEqual(4.5);
  });
});

test.each(avatarColors)('white initials on %s', (color) => {
  expect(contrast('#ffffff', color)).toBeGreaterThanOrEqual(4.5);
});
