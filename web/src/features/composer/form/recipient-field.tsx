import { TagsInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import type { NameAndAddress } from '../../../api/client.ts';
import { customers } from '../../../api/queries/customers.ts';
import styles from '../styles/composer.module.css';

/** One line of the header fields. */
export function FieldRow({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className={styles.line}>
      <span className={styles.name} aria-hidden>
        {label}
      </span>
      {children}
    </div>
  );
}

/** A field for recipients: typed, pasted, or chosen from customers whose name or address starts with the text. */
export function RecipientField({
  instanceId,
  label,
  value,
  onChange,
  autoFocus,
  children,
}: {
  instanceId: string;
  label: string;
  value: string[];
  onChange(value: string[]): void;
  autoFocus?: boolean;
  children?: ReactNode;
}) {
  const [searchText, setSearchText] = useState('');
  const [query] = useDebouncedValue(searchText, 150);
  const found = useQuery(customers(instanceId, query));
  const suggestions = (found.data?.customers ?? []).map(formatAddress).filter((one) => !value.includes(one));
  return (
    <FieldRow label={label}>
      <TagsInput
        aria-label={label}
        variant="unstyled"
        size="sm"
        value={value}
        onChange={onChange}
        searchValue={searchText}
        onSearchChange={setSearchText}
        data={[...new Set(suggestions)]}
        filter={({ options }) => options}
        splitChars={[',', ';']}
        acceptValueOnBlur
        data-autofocus={autoFocus || undefined}
        autoFocus={autoFocus ?? false}
        style={{ flex: 1, minWidth: 0 }}
      />
      {children}
    </FieldRow>
  );
}

/** A recipient as text; characters that would end the name early are removed. */
export function formatAddress({ name: label, address }: NameAndAddress): string {
  const plain = label.replace(/[<>",;]/g, '').trim();
  return plain && plain !== address ? `${plain} <${address}>` : address;
}
