import type { CSSVariablesResolver } from '@mantine/core';

/**
 * The colours of the interface, light and dark. Style sheets use them as CSS variables: `background` is
 * `var(--background)`, `noteBackground` is `var(--note-background)`. tokens.test.ts checks their contrast (WCAG AA).
 */
export const colors = {
  /** Behind lists, messages and pages. */
  surface: ['#ffffff', '#161614'],
  /** The sidebar. */
  background: ['#f6f5f2', '#1c1c1a'],
  border: ['#e6e4de', '#2c2b28'],
  text: ['#1d1c19', '#ecebe6'],
  textMuted: ['#66635b', '#a09d94'],
  accent: ['#0f6b62', '#4fb3a6'],
  accentHover: ['#0a554f', '#6cc4b8'],
  onAccent: ['#ffffff', '#161614'],
  selected: ['#e4f1ef', '#183632'],
  hover: ['#efeee9', '#242421'],
  noteBackground: ['#fff7e0', '#2b2615'],
  noteBorder: ['#f0dfae', '#4a4020'],
  error: ['#b3261e', '#f28b82'],
  errorBackground: ['#fdecea', '#3a1d1a'],
  warning: ['#8a5a00', '#e0b050'],
  warningBackground: ['#fdf3da', '#332a14'],
  success: ['#2b6325', '#9ad494'],
  /** Words that a search found. */
  found: ['#fbeab5', '#574512'],
  /** The second row of bars of a plot; the first has the accent colour, the third that of muted text. */
  secondSeries: ['#c4912c', '#e0b04c'],
  /** White in both schemes: on paper, and behind a message whose own colours were chosen for white. */
  paper: ['#ffffff', '#ffffff'],
  onPaper: ['#1d1c19', '#1d1c19'],
  onAvatar: ['#ffffff', '#ffffff'],
  /** Below what lies over the page; with an alpha. */
  shadow: ['#0000001f', '#00000066'],
} as const satisfies Record<string, readonly [light: string, dark: string]>;

/** The colours of HTML in the editor of templates. */
export const codeColors = {
  codeTag: ['#0f6b62', '#5cb8ad'],
  codeAttribute: ['#7a4a00', '#d9a95a'],
  codeValue: ['#2f5aa8', '#8fb2ee'],
  codeSelection: ['#cfe6e2', '#2a4f4a'],
  /** A placeholder such as `{{name}}`. */
  codeData: ['#8c1d6b', '#eda3d6'],
  codeDataBackground: ['#fbeff7', '#38202f'],
} as const satisfies Record<string, readonly [light: string, dark: string]>;

/** The colours of tags: behind the words, and the words. */
export const tagColors = {
  gray: [
    ['#eeede9', '#57534c'],
    ['#302e2b', '#c9c4bd'],
  ],
  red: [
    ['#fbe4e1', '#a3271a'],
    ['#46211d', '#f2a49b'],
  ],
  orange: [
    ['#fdebd8', '#8f4a06'],
    ['#44290f', '#f0b27a'],
  ],
  yellow: [
    ['#faf0cc', '#715600'],
    ['#3b3210', '#e3c65a'],
  ],
  green: [
    ['#e0f2de', '#2b6325'],
    ['#1d3a1c', '#9ad494'],
  ],
  teal: [
    ['#d9efec', '#0b5a53'],
    ['#12393a', '#83cfc6'],
  ],
  blue: [
    ['#e0eafa', '#21508f'],
    ['#1b2f4b', '#9fc1f2'],
  ],
  violet: [
    ['#ece4f8', '#5b3a93'],
    ['#33264a', '#c6aef0'],
  ],
  pink: [
    ['#fbe3ee', '#93285f'],
    ['#45203a', '#eea6cd'],
  ],
} as const;

/** Behind white initials. */
export const avatarColors = [
  '#8a5a44',
  '#5b6b3a',
  '#3f6b7a',
  '#6a4f82',
  '#8a4560',
  '#4a5f8a',
  '#7a6a2f',
  '#3d7059',
] as const;

const cssName = (name: string) => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

/** The variables of a scheme (0: light, 1: dark), those of Mantine's parts among them. */
function variables(scheme: 0 | 1): Record<string, string> {
  return {
    ...Object.fromEntries(
      Object.entries({ ...colors, ...codeColors }).map(([name, pair]) => [cssName(name), pair[scheme]]),
    ),
    ...Object.fromEntries(
      Object.entries(tagColors).flatMap(([name, pairs]) => [
        [`--tag-${name}`, pairs[scheme][0]],
        [`--tag-${name}-words`, pairs[scheme][1]],
      ]),
    ),
    '--mantine-color-body': 'var(--surface)',
    '--mantine-color-text': 'var(--text)',
    '--mantine-color-dimmed': 'var(--text-muted)',
    '--mantine-color-placeholder': 'var(--text-muted)',
    '--mantine-color-anchor': 'var(--accent)',
    '--mantine-color-error': 'var(--error)',
    '--mantine-color-default': 'var(--surface)',
    '--mantine-color-default-hover': 'var(--hover)',
    '--mantine-color-default-color': 'var(--text)',
    '--mantine-color-default-border': 'var(--border)',
    '--mantine-color-teal-filled': 'var(--accent)',
    '--mantine-color-teal-filled-hover': 'var(--accent-hover)',
    '--mantine-color-teal-light': 'var(--selected)',
    '--mantine-color-teal-light-color': 'var(--accent)',
    '--mantine-color-red-light': 'var(--error-background)',
    '--mantine-color-red-light-color': 'var(--error)',
    '--mantine-color-yellow-light': 'var(--warning-background)',
    '--mantine-color-yellow-light-color': 'var(--warning)',
  };
}

/** Gives Mantine's parts and all style sheets the same colours. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: variables(0),
  dark: variables(1),
});
