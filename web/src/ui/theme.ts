import { createTheme, type MantineColorsTuple } from '@mantine/core';

/** The accent colour. */
const teal: MantineColorsTuple = [
  '#e9f6f4',
  '#d3e9e6',
  '#a6d3cd',
  '#74bcb3',
  '#4ba89d',
  '#2f9a8d',
  '#1c8478',
  '#0f6b63',
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
  '#d6d3ce',
  '#b4b0aa',
  '#8f8b85',
  '#6b6762',
  '#45423e',
  '#363330',
  '#2a2826',
  '#201e1d',
  '#191817',
  '#121110',
];

export const theme = createTheme({
  primaryColor: 'teal',
  primaryShade: { light: 7, dark: 6 },
  colors: { teal, gray, red, dark },
  defaultRadius: 6,
  fontFamily: 'Inter, system-ui, -apple-system, "Segoe UI", Roboto, sans-serif',
  fontSizes: { xs: '12px', sm: '13px', md: '14px', lg: '16px', xl: '20px' },
  headings: {
    fontWeight: '600',
    sizes: { h1: { fontSize: '20px' }, h2: { fontSize: '16px' }, h3: { fontSize: '14px' } },
  },
  cursorType: 'pointer',
  respectReducedMotion: true,
});
