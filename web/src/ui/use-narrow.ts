import { useMediaQuery } from '@mantine/hooks';

/** Whether the window is as narrow as a phone's, where the style sheets show one column. */
export const useNarrow = (): boolean =>
  useMediaQuery('(max-width: 760px)', false, { getInitialValueInEffect: false });

/** Whether a column fits beside the list and the conversation. */
export const useWide = (): boolean =>
  useMediaQuery('(min-width: 1101px)', true, { getInitialValueInEffect: false });
