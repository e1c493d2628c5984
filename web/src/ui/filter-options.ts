import type { ComboboxItem, OptionsFilter, SelectProps } from '@mantine/core';
import { contains } from '../../../locales/fold-letters.ts';
import { t } from '../locales/messages.ts';
import { isLongList } from './long-list.ts';

/** The options of a searchable Select whose label contains what was typed, in any spelling. */
export function filterOptions<Value extends string>({
  options,
  search,
}: Parameters<OptionsFilter<Value>>[0]): ReturnType<OptionsFilter<Value>> {
  return (options as ComboboxItem<Value>[]).filter(({ label }) => contains(label, search.trim()));
}

/** The properties of a Select with these options: where there are many, one is found by typing. */
export function choices<Value extends string>(
  data: Array<ComboboxItem<Value>>,
): Pick<SelectProps<Value>, 'data' | 'searchable' | 'filter' | 'nothingFoundMessage' | 'onFocus'> {
  if (!isLongList(data)) return { data };
  return {
    data,
    searchable: true,
    filter: filterOptions,
    nothingFoundMessage: t('listFilter.none'),
    // What is typed replaces the name of the chosen one.
    onFocus: ({ currentTarget }) => currentTarget.select(),
  };
}
