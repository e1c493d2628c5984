import { Group, Text, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { contains } from '../../../locales/fold-letters.ts';
import { t } from '../locales/messages.ts';
import { isLongList } from './long-list.ts';

/** The rows with each word of `typed` in one of their texts, in any spelling. */
export function filterRows<Row>(rows: Row[], typed: string, textsOf: (row: Row) => string[]): Row[] {
  const words = typed.split(/\s+/).filter(Boolean);
  if (words.length === 0) return rows;
  return rows.filter((row) => {
    const texts = textsOf(row);
    return words.every((word) => texts.some((text) => contains(text, word)));
  });
}

/** A field that filters a long list, and how many rows it finds; `children` are further filters. */
export function ListFilter({
  typed,
  onType,
  rows,
  found,
  children,
}: {
  typed: string;
  onType(typed: string): void;
  /** All rows. */
  rows: unknown[];
  /** Those that are shown. */
  found: unknown[];
  children?: ReactNode;
}) {
  if (!isLongList(rows) && typed === '') return null;
  return (
    <Group gap="sm" mb="sm">
      <TextInput
        type="search"
        size="sm"
        flex="1 1 200px"
        maw={320}
        aria-label={t('listFilter.label')}
        placeholder={t('listFilter.label')}
        leftSection={<IconSearch size={16} aria-hidden />}
        value={typed}
        onChange={({ currentTarget }) => onType(currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape' || typed === '') return;
          event.preventDefault();
          event.stopPropagation();
          onType('');
        }}
      />
      {children}
      <Text size="sm" c="var(--text-muted)" role="status">
        {found.length < rows.length && t('listFilter.found', { found: found.length, all: rows.length })}
      </Text>
    </Group>
  );
}
