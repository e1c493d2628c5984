import '@mantine/spotlight/styles.css';
import { Kbd, Text } from '@mantine/core';
import { Spotlight } from '@mantine/spotlight';
import { IconMessage, IconSearch } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useDeferredValue, useState } from 'react';
import { api, unwrapResponse } from '../../api/client.ts';
import { filters, localTimeZone, viewCounts, views } from '../../api/queries.ts';
import { t } from '../../locales/messages.ts';
import { formatShortTime } from '../../ui/format-short-time.ts';
import { boundKeys, triggerKey } from '../../ui/use-keyboard-shortcuts.ts';

/** A place of the program, and the name it has. */
export type Destination = { name: string; go(): void };

/** What can be done by a key, in the order it is offered. */
const commands = ['r', 'a', 'f', 'n', 'c', 'e', 's', 'i', 'l', 'x', '/', '?'] as const;

/**
 * Everything by name: what keys do where one is, places to go, and conversations by the words in them.
 * `pressed` is read once: the palette itself answers to no key of the page.
 */
export default function CommandPalette({
  instanceId,
  slug,
  destinations,
  close,
}: {
  instanceId: string;
  slug: string;
  destinations: Destination[];
  close(): void;
}) {
  const [text, setText] = useState('');
  const [boundKeySet] = useState(boundKeys);
  const navigate = useNavigate();
  const typed = useDeferredValue(text.trim());
  const found = useQuery({
    queryKey: [instanceId, 'palette', typed],
    queryFn: () =>
      unwrapResponse(
        api.GET('/api/instances/{instanceId}/search', {
          params: { path: { instanceId }, query: { q: typed, zone: localTimeZone(), limit: 8 } },
        }),
      ),
    enabled: typed.length > 1,
    placeholderData: keepPreviousData,
  });
  const counts = useQuery(viewCounts(instanceId)).data;
  const saved = useQuery(filters(instanceId)).data?.filters ?? [];
  const matches = (name: string) => name.toLowerCase().includes(text.trim().toLowerCase());
  const names: Record<(typeof commands)[number], string> = {
    r: t('shortcuts.reply'),
    a: t('shortcuts.replyAll'),
    f: t('shortcuts.forward'),
    n: t('shortcuts.note'),
    c: t('shortcuts.newMessage'),
    e: t('shortcuts.done'),
    s: t('shortcuts.snooze'),
    i: t('shortcuts.mine'),
    l: t('shortcuts.tag'),
    x: t('shortcuts.select'),
    '/': t('shortcuts.search'),
    '?': t('shortcuts.help'),
  };
  const matchingCommands = commands.filter((key) => boundKeySet.has(key) && matches(names[key]));
  const matchingDestinations: Destination[] = [
    ...views.map((view) => ({
      name: t(`views.${view}`),
      go: () => void navigate({ to: '/$slug/inbox/$view', params: { slug, view } }),
    })),
    ...saved.map(({ id, name }) => ({
      name,
      go: () => void navigate({ to: '/$slug/filter/$filterId', params: { slug, filterId: id } }),
    })),
    ...(counts?.mailboxes ?? []).map(({ mailboxId, address }) => ({
      name: address,
      go: () => void navigate({ to: '/$slug/mailbox/$mailboxId', params: { slug, mailboxId } }),
    })),
    ...destinations,
  ].filter(({ name }) => matches(name));
  const conversations = typed.length > 1 ? (found.data?.conversations ?? []) : [];
  // What it does begins when the palette has gone and the page has its focus back.
  const closeAndRun = (act: () => void) => () => {
    close();
    setTimeout(act, 0);
  };
  return (
    <Spotlight.Root
      forceOpened
      shortcut={null}
      query={text}
      onQueryChange={setText}
      onSpotlightClose={close}
      scrollable
      maxHeight={420}
      transitionProps={{ duration: 0 }}
      overlayProps={{ backgroundOpacity: 0.3 }}
      attributes={{ content: { 'aria-label': t('palette.title') } }}
    >
      <Spotlight.Search
        placeholder={t('palette.placeholder')}
        aria-label={t('palette.placeholder')}
        leftSection={<IconSearch size={18} />}
        onKeyDown={(event) => {
          if (event.key === 'Escape') close();
        }}
      />
      <Spotlight.ActionsList>
        {matchingCommands.length > 0 && (
          <Spotlight.ActionsGroup label={t('palette.commands')}>
            {matchingCommands.map((key) => (
              <Spotlight.Action
                key={key}
                label={names[key]}
                rightSection={<Kbd size="xs">{key}</Kbd>}
                onClick={closeAndRun(() => triggerKey(key))}
              />
            ))}
          </Spotlight.ActionsGroup>
        )}
        {matchingDestinations.length > 0 && (
          <Spotlight.ActionsGroup label={t('palette.views')}>
            {matchingDestinations.slice(0, 12).map(({ name, go }) => (
              <Spotlight.Action key={name} label={name} onClick={closeAndRun(go)} />
            ))}
          </Spotlight.ActionsGroup>
        )}
        {conversations.length > 0 && (
          <Spotlight.ActionsGroup label={t('palette.conversations')}>
            {conversations.map(({ id, subject, customer, lastMessageAt }) => (
              <Spotlight.Action
                key={id}
                leftSection={<IconMessage size={16} />}
                label={subject || t('list.noSubject')}
                description={customer.name || customer.address}
                rightSection={
                  <Text size="xs" c="var(--quiet)">
                    {formatShortTime(new Date(lastMessageAt), new Date())}
                  </Text>
                }
                onClick={closeAndRun(
                  () =>
                    void navigate({
                      to: '/$slug/search/$conversationId',
                      params: { slug, conversationId: id },
                      search: { q: typed },
                    }),
                )}
              />
            ))}
          </Spotlight.ActionsGroup>
        )}
        {typed !== '' && (
          <Spotlight.Action
            leftSection={<IconSearch size={16} />}
            label={t('palette.searchFor', { text: typed })}
            onClick={closeAndRun(
              () => void navigate({ to: '/$slug/search', params: { slug }, search: { q: typed } }),
            )}
          />
        )}
      </Spotlight.ActionsList>
    </Spotlight.Root>
  );
}
