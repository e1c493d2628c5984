import { TagsInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import type { NameAndAddress } from '../../../api/client.ts';
import { customers } from '../../../api/queries.ts';
import styles from '../styles/composer.module.css';

/** One line of the composer's head. */
export function Line({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className={styles.line}>
      <span className={styles.name} aria-hidden>
        {name}
      </span>
      {children}
    </div>
  );
}

/** Recipients in one field: typed, pasted, or chosen among the customers whose name or address begins so. */
export function Recipients({
  instanceId,
  name,
  value,
  onChange,
  autoFocus,
  children,
}: {
  instanceId: string;
  name: string;
  value: string[];
  onChange(value: string[]): void;
  autoFocus?: boolean;
  children?: ReactNode;
}) {
  const [typed, setTyped] = useState('');
  const [query] = useDebouncedValue(typed, 150);
  const found = useQuery(customers(instanceId, query));
  const offered = (found.data?.customers ?? []).map(writtenAs).filter((one) => !value.includes(one));
  return (
    <Line name={name}>
      <TagsInput
        aria-label={name}
        variant="unstyled"
        size="sm"
        value={value}
        onChange={onChange}
        searchValue={typed}
        onSearchChange={setTyped}
        data={[...new Set(offered)]}
        filter={({ options }) => options}
        splitChars={[',', ';']}
        acceptValueOnBlur
        data-autofocus={autoFocus || undefined}
        autoFocus={autoFocus ?? false}
        style={{ flex: 1, minWidth: 0 }}
      />
      {children}
    </Line>
  );
}

/** A person as written in a field: a name that would end early stands without its signs. */
export function writtenAs({ name, address }: NameAndAddress): string {
  const plain = name.replace(/[<>",;]/g, '').trim();
  return plain && plain !== address ? `${plain} <${address}>` : address;
}
