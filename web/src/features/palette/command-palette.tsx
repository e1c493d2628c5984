import '@mantine/spotlight/styles.css';
import { Kbd, Text } from '@mantine/core';
import { createSpotlight, Spotlight } from '@mantine/spotlight';
import { IconMessage, IconSearch } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useDeferredValue, useState } from 'react';
import { contains } from '../../../../locales/fold-letters.ts';
import { api, type ListRow, unwrapResponse } from '../../api/client.ts';
import { filters, localTimeZone, viewCounts, views } from '../../api/queries/conversation-lists.ts';
import { people } from '../../api/queries/people.ts';
import { t } from '../../locales/messages.ts';
import { assignCommand } from '../../ui/assign-command.ts';
import { formatShortTime } from '../../ui/format-short-time.ts';
import { boundKeys, triggerKey } from '../../ui/use-keyboard-shortcuts.ts';
import { useReturnFocus } from '../../ui/use-return-focus.ts';

/** A page to navigate to. */
export type Destination = { name: string; go(): void };

/** The commands by key, in the order they are offered. */
const commands = ['r', 'a', 'f', 'n', 'c', 'e', 's', 'i', 'I', 'l', 'u', 'x', '/', '?'] as const;

type CommandKey = (typeof commands)[number];

/** The commands by key, named in the language shown. */
const commandNames = (): Record<CommandKey, string> => ({
  r: t('shortcuts.reply'),
  a: t('shortcuts.replyAll'),
  f: t('shortcuts.forward'),
  n: t('shortcuts.note'),
  c: t('shortcuts.newMessage'),
  e: t('shortcuts.done'),
  s: t('shortcuts.snooze'),
  i: t('shortcuts.mine'),
  I: t('shortcuts.assign'),
  l: t('shortcuts.tag'),
  u: t('shortcuts.unread'),
  x: t('shortcuts.select'),
  '/': t('shortcuts.search'),
  '?': t('shortcuts.help'),
});

/** Finds commands, pages and conversations by name; conversations also by the words in them. */
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
  // Read once, before the palette suspends the keys of the page.
  const [boundKeySet] = useState(boundKeys);
  const [store] = useState(createOpenStore);
  useReturnFocus();
  const navigate = useNavigate();
  const typed = text.trim();
  const conversations = useFoundConversations(instanceId, useDeferredValue(typed));
  const listDestinations = useListDestinations(instanceId, slug);
  const matches = (name: string) => contains(name, typed);
  const names = commandNames();
  const matchingCommands = commands.filter((key) => boundKeySet.has(key) && matches(names[key]));
  const assignments = useAssignments(instanceId, boundKeySet).filter(
    ({ name }) => typed !== '' && matches(name),
  );
  const matchingDestinations = [...listDestinations, ...destinations].filter(({ name }) => matches(name));
  // Run after the palette has closed and the page has the focus again.
  const closeAndRun = (act: () => void) => {
    close();
    setTimeout(act, 0);
  };
  return (
    <Spotlight.Root
      store={store}
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
      />
      <Spotlight.ActionsList>
        <CommandGroup keys={matchingCommands} onChoose={(key) => closeAndRun(() => triggerKey(key))} />
        <DestinationGroup label={t('palette.assign')} destinations={assignments} onChoose={closeAndRun} />
        <DestinationGroup
          label={t('palette.views')}
          destinations={matchingDestinations}
          onChoose={closeAndRun}
        />
        <ConversationGroup
          conversations={conversations}
          onChoose={(conversationId) =>
            closeAndRun(
              () =>
                void navigate({
                  to: '/$slug/search/$conversationId',
                  params: { slug, conversationId },
                  search: { q: typed },
                }),
            )
          }
        />
        {typed !== '' && (
          <Spotlight.Action
            leftSection={<IconSearch size={16} />}
            label={t('palette.searchFor', { text: typed })}
            onClick={() =>
              closeAndRun(
                () => void navigate({ to: '/$slug/search', params: { slug }, search: { q: typed } }),
              )
            }
          />
        )}
      </Spotlight.ActionsList>
    </Spotlight.Root>
  );
}

/** The state of a palette that is open. Mantine closes it at Escape, wherever the focus is, and at a click outside. */
function createOpenStore() {
  const [store, actions] = createSpotlight();
  actions.open();
  return store;
}

function CommandGroup({ keys, onChoose }: { keys: CommandKey[]; onChoose(key: CommandKey): void }) {
  const names = commandNames();
  if (keys.length === 0) return null;
  return (
    <Spotlight.ActionsGroup label={t('palette.commands')}>
      {keys.map((key) => (
        <Spotlight.Action
          key={key}
          label={names[key]}
          rightSection={<Kbd size="xs">{key === 'I' ? '⇧ i' : key}</Kbd>}
          onClick={() => onChoose(key)}
        />
      ))}
    </Spotlight.ActionsGroup>
  );
}

function DestinationGroup({
  label,
  destinations,
  onChoose,
}: {
  label: string;
  destinations: Destination[];
  onChoose(go: () => void): void;
}) {
  if (destinations.length === 0) return null;
  return (
    <Spotlight.ActionsGroup label={label}>
      {destinations.slice(0, 12).map(({ name, go }) => (
        <Spotlight.Action key={name} label={name} onClick={() => onChoose(go)} />
      ))}
    </Spotlight.ActionsGroup>
  );
}

function ConversationGroup({
  conversations,
  onChoose,
}: {
  conversations: ListRow[];
  onChoose(conversationId: string): void;
}) {
  if (conversations.length === 0) return null;
  return (
    <Spotlight.ActionsGroup label={t('palette.conversations')}>
      {conversations.map((conversation) => (
        <ConversationAction
          key={conversation.id}
          conversation={conversation}
          onClick={() => onChoose(conversation.id)}
        />
      ))}
    </Spotlight.ActionsGroup>
  );
}

function ConversationAction({
  conversation: { subject, customer, lastMessageAt },
  onClick,
}: {
  conversation: ListRow;
  onClick(): void;
}) {
  return (
    <Spotlight.Action
      leftSection={<IconMessage size={16} />}
      label={subject || t('list.noSubject')}
      description={customer.name || customer.address}
      rightSection={
        <Text size="xs" c="var(--text-muted)">
          {formatShortTime(new Date(lastMessageAt), new Date())}
        </Text>
      }
      onClick={onClick}
    />
  );
}

/** What assigns the open, selected or chosen conversations, while there are any. */
function useAssignments(instanceId: string, bound: ReadonlySet<string>): Destination[] {
  const members = useQuery(people(instanceId)).data?.people ?? [];
  return [
    ...members.map(({ id, name }) => ({
      command: assignCommand(id),
      name: t('palette.assignTo', { name }),
    })),
    { command: assignCommand(null), name: t('palette.assignToNobody') },
  ]
    .filter(({ command }) => bound.has(command))
    .map(({ command, name }) => ({ name, go: () => triggerKey(command) }));
}

/** The lists: views, saved filters and mailboxes. */
function useListDestinations(instanceId: string, slug: string): Destination[] {
  const navigate = useNavigate();
  const savedFilters = useQuery(filters(instanceId)).data?.filters ?? [];
  const mailboxes = useQuery(viewCounts(instanceId)).data?.mailboxes ?? [];
  return [
    ...views.map((view) => ({
      name: t(`views.${view}`),
      go: () => void navigate({ to: '/$slug/inbox/$view', params: { slug, view } }),
    })),
    ...savedFilters.map(({ id, name }) => ({
      name,
      go: () => void navigate({ to: '/$slug/filter/$filterId', params: { slug, filterId: id } }),
    })),
    ...mailboxes.map(({ mailboxId, address }) => ({
      name: address,
      go: () => void navigate({ to: '/$slug/mailbox/$mailboxId', params: { slug, mailboxId } }),
    })),
  ];
}

function useFoundConversations(instanceId: string, typed: string) {
  const enabled = typed.length > 1;
  const { data } = useQuery({
    queryKey: [instanceId, 'palette', typed],
    queryFn: () =>
      unwrapResponse(
        api.GET('/api/instances/{instanceId}/search', {
          params: { path: { instanceId }, query: { q: typed, timeZone: localTimeZone(), limit: 8 } },
        }),
      ),
    enabled,
    placeholderData: keepPreviousData,
  });
  return enabled ? (data?.conversations ?? []) : [];
}
