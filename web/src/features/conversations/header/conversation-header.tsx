import { ActionIcon, Button, Group, Menu, Text, Title, Tooltip } from '@mantine/core';
import {
  IconArrowLeft,
  IconCheck,
  IconChevronDown,
  IconClock,
  IconLayoutSidebarRight,
  IconRotate,
  IconTag,
} from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { Conversation } from '../../../api/client.ts';
import { people } from '../../../api/queries.ts';
import { t } from '../../../locales/messages.ts';
import { formatShortTime } from '../../../ui/format-short-time.ts';
import { SnoozeMenu } from '../../../ui/snooze-menu.tsx';
import { TagChip } from '../../../ui/tag-chip.tsx';
import { useKeyboardShortcuts, useSuspendedKeys } from '../../../ui/use-keyboard-shortcuts.ts';
import { TagMenu } from '../actions/tag-menu.tsx';
import { useUpdateConversation } from '../actions/use-update-conversation.ts';
import { type ListRoute, listLink } from '../list/list-route.ts';
import { ConversationMenu } from './conversation-menu.tsx';
import { PresenceIndicator } from './presence-indicator.tsx';

/** Subject, status and assignee of a conversation, and what can be done with it. */
export function ConversationHeader({
  instanceId,
  userId,
  listRoute,
  conversation,
  toggleCustomer,
}: {
  instanceId: string;
  userId: string;
  listRoute: ListRoute;
  conversation: Conversation;
  toggleCustomer(): void;
}) {
  const change = useUpdateConversation(instanceId, conversation.id);
  const members = useQuery(people(instanceId));
  const { status, assignee, snoozedUntil } = conversation;
  const backLink = listLink(listRoute);
  const [open, setOpen] = useState<'snooze' | 'tag' | null>(null);
  useSuspendedKeys(open !== null);
  useKeyboardShortcuts({ s: () => setOpen('snooze'), l: () => setOpen('tag') });
  const tagIds = new Set(conversation.tags.map(({ id }) => id));
  return (
    <header
      style={{ borderBottom: '1px solid var(--line)', padding: '10px 16px', background: 'var(--paper)' }}
    >
      <Group wrap="nowrap" gap="xs" align="flex-start">
        <Link {...backLink} aria-label={t('conversation.back')} className="only-narrow">
          <ActionIcon component="span" variant="subtle" color="gray" size={32}>
            <IconArrowLeft size={18} />
          </ActionIcon>
        </Link>
        <Title
          order={1}
          size={16}
          lineClamp={2}
          style={{ flex: 1, minWidth: 0, paddingTop: 5, overflowWrap: 'anywhere' }}
        >
          {conversation.subject || t('list.noSubject')}
        </Title>
        <ConversationMenu instanceId={instanceId} conversation={conversation} />
        <Tooltip label={t('conversation.details')}>
          <ActionIcon
            variant="subtle"
            color="gray"
            size={32}
            onClick={toggleCustomer}
            aria-label={t('conversation.details')}
            className="not-narrow"
          >
            <IconLayoutSidebarRight size={18} />
          </ActionIcon>
        </Tooltip>
        {status === 'done' ? (
          <Button
            size="xs"
            variant="default"
            leftSection={<IconRotate size={14} />}
            onClick={() => change.mutate({ status: 'open' })}
          >
            {t('conversation.reopen')}
          </Button>
        ) : (
          <Button
            size="xs"
            leftSection={<IconCheck size={14} />}
            onClick={() => change.mutate({ status: 'done' })}
          >
            {t('conversation.done')}
          </Button>
        )}
      </Group>
      <Group gap={4} mt={4}>
        <Menu position="bottom-start">
          <Menu.Target>
            <Button
              size="compact-xs"
              variant="subtle"
              color="gray"
              rightSection={<IconChevronDown size={12} />}
              aria-label={`${t('conversation.assignTo')}: ${assignee?.name ?? t('conversation.nobody')}`}
            >
              {assignee?.name ?? t('conversation.nobody')}
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {assignee?.id !== userId && (
              <Menu.Item onClick={() => change.mutate({ assigneeId: userId })}>
                {t('conversation.toMe')}
              </Menu.Item>
            )}
            {members.data?.people
              .filter(({ id }) => id !== userId && id !== assignee?.id)
              .map(({ id, name }) => (
                <Menu.Item key={id} onClick={() => change.mutate({ assigneeId: id })}>
                  {name}
                </Menu.Item>
              ))}
            {assignee && (
              <Menu.Item onClick={() => change.mutate({ assigneeId: null })}>
                {t('conversation.nobody')}
              </Menu.Item>
            )}
          </Menu.Dropdown>
        </Menu>
        <SnoozeMenu
          opened={open === 'snooze'}
          setOpened={(opened) => setOpen(opened ? 'snooze' : null)}
          action={t('conversation.snooze')}
          onSelect={(at) => change.mutate({ status: 'snoozed', snoozedUntil: at.toISOString() })}
        >
          <Button
            size="compact-xs"
            variant="subtle"
            color="gray"
            leftSection={<IconClock size={12} />}
            title={`${t('conversation.snooze')} · s`}
          >
            {t('conversation.snooze')}
          </Button>
        </SnoozeMenu>
        {status === 'snoozed' && snoozedUntil && (
          <Text size="xs" c="var(--amber)">
            {t('conversation.snoozedUntil', { when: formatShortTime(new Date(snoozedUntil), new Date()) })}
          </Text>
        )}
        {conversation.tags.map((tag) => (
          <TagChip
            key={tag.id}
            tag={tag}
            remove={{
              name: t('tags.remove', { name: tag.name }),
              onClick: () => change.mutate({ removeTags: [tag.id] }),
            }}
          />
        ))}
        <TagMenu
          instanceId={instanceId}
          selectedIds={tagIds}
          opened={open === 'tag'}
          setOpened={(opened) => setOpen(opened ? 'tag' : null)}
          onToggle={({ id }, added) => change.mutate(added ? { addTags: [id] } : { removeTags: [id] })}
        >
          <Button
            size="compact-xs"
            variant="subtle"
            color="gray"
            leftSection={<IconTag size={12} />}
            title={`${t('shortcuts.tag')} · l`}
            onClick={() => setOpen(open === 'tag' ? null : 'tag')}
          >
            {t('shortcuts.tag')}
          </Button>
        </TagMenu>
        <PresenceIndicator instanceId={instanceId} conversationId={conversation.id} />
      </Group>
    </header>
  );
}
