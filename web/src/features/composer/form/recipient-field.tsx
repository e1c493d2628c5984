import { TagsInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { type KeyboardEvent, type ReactNode, useState } from 'react';
import { customers } from '../../../api/queries/customers.ts';
import styles from '../styles/composer.module.css';
import { formatAddress, isInQuotes, splitRecipients } from './recipients.ts';

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
  const [wasFocused, setWasFocused] = useState(false);
  const found = useQuery({ ...customers(instanceId, query), enabled: wasFocused });
  const change = (entered: string[]) => onChange(entered.flatMap(splitRecipients));
  /** A comma ends a recipient, unless it may belong to a name that is being typed. */
  const endRecipient = (event: KeyboardEvent) => {
    if ((event.key !== ',' && event.key !== ';') || !searchText.includes('@') || isInQuotes(searchText))
      return;
    event.preventDefault();
    change([...value, searchText]);
    setSearchText('');
  };
  const suggestions = (found.data?.customers ?? []).map(formatAddress).filter((one) => !value.includes(one));
  return (
    <FieldRow label={label}>
      <TagsInput
        aria-label={label}
        variant="unstyled"
        size="sm"
        value={value}
        onChange={change}
        onKeyDown={endRecipient}
        onFocus={() => setWasFocused(true)}
        searchValue={searchText}
        onSearchChange={setSearchText}
        data={[...new Set(suggestions)]}
        filter={({ options }) => options}
        // A pasted list is split by splitRecipients, which keeps the commas of names.
        splitChars={[]}
        styles={{ input: { maxHeight: '9rem', overflowY: 'auto' } }}
        acceptValueOnBlur
        data-autofocus={autoFocus || undefined}
        autoFocus={autoFocus ?? false}
        style={{ flex: 1, minWidth: 0 }}
      />
      {children}
    </FieldRow>
  );
}
