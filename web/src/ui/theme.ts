import { createTheme, defaultVariantColorsResolver, type MantineColorsTuple } from '@mantine/core';
import { menuParts } from './menu-parts.ts';
import { colors } from './tokens.ts';

/** The accent colour. */
const teal: MantineColorsTuple = [
  '#e9f6f4',
  '#d3e9e6',
  '#a6d3cd',
  '#74bcb3',
  '#4ba89d',
  '#2f9a8d',
  '#1c8478',
  colors.accent[0],
  '#0a554f',
  '#053f3b',
];

/** Warm greys. */
const gray: MantineColorsTuple = [
  '#faf9f7',
  '#f3f1ee',
  '#e8e5e0',
  '#dad6d0',
  '#c4bfb8',
  '#a29c94',
  '#7b756d',
  '#57524c',
  '#37332f',
  '#1f1c1a',
];

/** Dark enough for white text. */
const red: MantineColorsTuple = [
  '#fdecea',
  '#fad4d0',
  '#f3a9a2',
  '#ec7c72',
  '#e0574a',
  '#d13f31',
  '#c13226',
  '#b42318',
  '#961b12',
  '#7a140d',
];

const dark: MantineColorsTuple = [
  '#ecebe6',
  '#c4c1b9',
  '#a09d94',
  '#7d7a72',
  '#403f3b',
  '#363532',
  '#1f1f1d',
  '#1c1c1a',
  '#0d0d0c',
  '#0a0a09',
];

export const theme = createTheme({
  primaryColor: 'teal',
  primaryShade: { light: 7, dark: 6 },
  colors: { teal, gray, red, dark },
  defaultRadius: 6,
  fontFamily: 'Inter, "Inter Fallback", system-ui, sans-serif',
  // The five sizes of the interface; no text is smaller.
  fontSizes: { xs: '12px', sm: '13px', md: '14px', lg: '16px', xl: '20px' },
  components: {
    // Words as the rest of the page has them, not in capitals.
    Badge: { defaultProps: { tt: 'none', fw: 500 } },
    ...menuParts,
    // Its steps are too small to press; the arrow keys do the same.
    NumberInput: { defaultProps: { hideControls: true } },
    // Mantine makes them 2 px smaller than the input.
    InputWrapper: {
      vars: () => ({
        label: {},
        description: { '--input-description-size': 'var(--mantine-font-size-xs)' },
        error: { '--input-error-size': 'var(--mantine-font-size-xs)' },
      }),
    },
  },
  headings: {
    fontWeight: '600',
    sizes: { h1: { fontSize: '20px' }, h2: { fontSize: '16px' }, h3: { fontSize: '14px' } },
  },
  // White on the light accent of the dark scheme has too little contrast.
  variantColorResolver: (input) => {
    const resolved = defaultVariantColorsResolver(input);
    const isAccent = input.variant === 'filled' && (input.color ?? input.theme.primaryColor) === 'teal';
    return isAccent
      ? {
          ...resolved,
          background: 'var(--accent)',
          hover: 'var(--accent-hover)',
          color: 'var(--on-accent)',
        }
      : resolved;
  },
  cursorType: 'pointer',
  respectReducedMotion: true,
});
