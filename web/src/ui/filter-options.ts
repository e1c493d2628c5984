import type { ComboboxItem, OptionsFilter } from '@mantine/core';
import { contains } from '../../../locales/fold-letters.ts';

/** The options of a searchable Select whose label contains what was typed, in any spelling. */
export function filterOptions<Value extends string>({
  options,
  search,
}: Parameters<OptionsFilter<Value>>[0]): ReturnType<OptionsFilter<Value>> {
  return (options as ComboboxItem<Value>[]).filter(({ label }) => contains(label, search.trim()));
}
