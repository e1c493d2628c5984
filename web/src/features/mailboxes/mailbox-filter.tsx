import { Switch } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import type { Mailbox } from '../../api/client.ts';
import { t } from '../../locales/messages.ts';
import { filterRows, ListFilter } from '../../ui/list-filter.tsx';
import { isLongList } from '../../ui/long-list.ts';

const needsAttention = ({ state }: Mailbox) => state !== 'connected';

/** What filters the list of mailboxes. It is in the URL, and so still there when one comes back from a mailbox. */
export function useMailboxFilter() {
  const search = useSearch({ strict: false }) as { q?: unknown; attention?: unknown };
  const navigate = useNavigate();
  const attention = search.attention === true;
  // The URL follows a moment later than the field may show what is typed.
  const [typed, setTyped] = useState(String(search.q ?? ''));
  const [before, setBefore] = useState(attention);
  // A link to those that do not work shows all of them.
  if (before !== attention) {
    setBefore(attention);
    if (search.q === undefined) setTyped('');
  }
  const keep = (next: { q?: string; attention?: true }) =>
    void navigate({
      to: '.',
      replace: true,
      search: (current: object) => ({ ...current, q: undefined, attention: undefined, ...next }),
    } as never);
  const inUrl = (q: string, on: boolean) => keep({ ...(q && { q }), ...(on && { attention: true }) });
  return {
    typed,
    type(next: string) {
      setTyped(next);
      inUrl(next, attention);
    },
    attention,
    setAttention: (on: boolean) => inUrl(typed, on),
    /** A list that is seen whole is not filtered. */
    applyTo(mailboxes: Mailbox[]): Mailbox[] {
      if (!isLongList(mailboxes)) return mailboxes;
      const chosen = attention ? mailboxes.filter(needsAttention) : mailboxes;
      return filterRows(chosen, typed, ({ displayName, address, templateName }) => [
        displayName,
        address,
        templateName ?? '',
      ]);
    },
  };
}

/** Above a long list of mailboxes: a field, and whether only those in trouble or disconnected are shown. */
export function MailboxFilter({
  mailboxes,
  shown,
  filter,
}: {
  mailboxes: Mailbox[];
  shown: Mailbox[];
  filter: ReturnType<typeof useMailboxFilter>;
}) {
  if (!isLongList(mailboxes)) return null;
  const count = mailboxes.filter(needsAttention).length;
  return (
    <ListFilter typed={filter.typed} onType={filter.type} rows={mailboxes} found={shown}>
      {(count > 0 || filter.attention) && (
        <Switch
          label={t('email.onlyNotWorking', { count })}
          checked={filter.attention}
          onChange={({ currentTarget }) => filter.setAttention(currentTarget.checked)}
        />
      )}
    </ListFilter>
  );
}
