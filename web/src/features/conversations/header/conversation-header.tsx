import { ActionIcon, Box, Button, Group, Kbd, Text, Title } from '@mantine/core';
import {
  IconArrowLeft,
  IconCheck,
  IconChevronDown,
  IconClock,
  IconLayoutSidebarRight,
  IconRotate,
  IconTag,
} from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { type ComponentProps, memo, useState } from 'react';
import type { Conversation } from '../../../api/client.ts';
import { t } from '../../../locales/messages.ts';
import { Deferred } from '../../../ui/deferred.tsx';
import { formatShortTime } from '../../../ui/format-short-time.ts';
import { Hint } from '../../../ui/hint.tsx';
import { holdKeys } from '../../../ui/hold-keys.ts';
import { InitialsAvatar } from '../../../ui/initials-avatar.tsx';
import { WhileShown } from '../../../ui/shown.tsx';
import { SnoozeMenu } from '../../../ui/snooze-menu.tsx';
import { TagChip } from '../../../ui/tag-chip.tsx';
import { useKeyboardShortcuts, useSuspendedKeys } from '../../../ui/use-keyboard-shortcuts.ts';
import { useWide } from '../../../ui/use-narrow.ts';
import { useAssignCommands } from '../actions/assign-commands.ts';
import { PersonMenu } from '../actions/person-menu.tsx';
import { TagMenu } from '../actions/tag-menu.tsx';
import { usePrintConversation } from '../actions/use-print-conversation.ts';
import { useUpdateConversation } from '../actions/use-update-conversation.ts';
import { type ListRoute, listLink } from '../list/list-route.ts';
import { ConversationMenu } from './conversation-menu.tsx';
import { PresenceIndicator } from './presence-indicator.tsx';

/** The subject, status, assignee and tags of a conversation, and the controls that change them. */
export const ConversationHeader = memo(function Header({
  instanceId,
  userId,
  listRoute,
  conversation,
  toggleCustomer,
  onDone,
}: {
  instanceId: string;
  userId: string;
  listRoute: ListRoute;
  conversation: Conversation;
  toggleCustomer(): void;
  onDone(): void;
}) {
  const change = useUpdateConversation(instanceId, conversation.id);
  // Not in the menu, which is rendered later: its key is the browser's until then.
  const print = usePrintConversation(instanceId, conversation.id);
  const { status, assignee, snoozedUntil } = conversation;
  const backLink = listLink(listRoute);
  const [open, setOpen] = useState<'snooze' | 'tag' | 'assign' | null>(null);
  useSuspendedKeys(open !== null);
  const isWide = useWide();
  const assign = (assigneeId: string | null) => change.mutate({ assigneeId });
  const assignCommands = useAssignCommands(instanceId, assign);
  const openByKey = (menu: typeof open) => () => {
    holdKeys();
    setOpen(menu);
  };
  useKeyboardShortcuts({
    s: openByKey('snooze'),
    l: openByKey('tag'),
    I: openByKey('assign'),
    ...assignCommands,
  });
  const snoozeButton = (
    <SnoozeButton
      isLarge={isWide}
      opened={open === 'snooze'}
      setOpened={(opened) => setOpen(opened ? 'snooze' : null)}
      onSelect={(at) => change.mutate({ status: 'snoozed', snoozedUntil: at.toISOString() })}
    />
  );
  return (
    <header
      data-print
      style={{ borderBottom: '1px solid var(--border)', padding: '10px 16px', background: 'var(--surface)' }}
    >
      <Group wrap="nowrap" gap="xs" align="flex-start">
        <Link {...backLink} aria-label={t('conversation.back')} className="only-mobile">
          <ActionIcon component="span" variant="subtle" color="gray" size={32}>
            <IconArrowLeft size={18} />
          </ActionIcon>
        </Link>
        <Title
          order={1}
          dir="auto"
          size={16}
          lineClamp={2}
          style={{ flex: 1, minWidth: 0, paddingTop: 5, overflowWrap: 'anywhere' }}
        >
          {conversation.subject || t('list.noSubject')}
        </Title>
        <Deferred placeholder={<Box w={32} />}>
          <ConversationMenu instanceId={instanceId} conversation={conversation} print={print} />
        </Deferred>
        <Hint label={t('conversation.details')}>
          <ActionIcon
            variant="subtle"
            color="gray"
            size={32}
            onClick={toggleCustomer}
            aria-label={t('conversation.details')}
          >
            <IconLayoutSidebarRight size={18} />
          </ActionIcon>
        </Hint>
        {isWide && snoozeButton}
        <DoneButton
          status={status}
          withKey={isWide}
          onDone={onDone}
          onReopen={() => change.mutate({ status: 'open' })}
        />
      </Group>
      {conversation.quietFor !== null && (
        <Text size="xs" c="var(--warning)" mt={4}>
          {t('conversation.quiet', { address: conversation.quietFor })}
        </Text>
      )}
      <Group gap={4} mt={4} mih={22}>
        <Deferred>
          <AssigneeMenu
            {...{ instanceId, userId }}
            assignee={assignee}
            opened={open === 'assign'}
            setOpened={(opened) => setOpen(opened ? 'assign' : null)}
            onAssign={assign}
          />
          {!isWide && snoozeButton}
          {status === 'snoozed' && snoozedUntil && (
            <Text size="xs" c="var(--warning)">
              {t('conversation.snoozedUntil', { when: formatShortTime(new Date(snoozedUntil), new Date()) })}
            </Text>
          )}
          <ConversationTags
            instanceId={instanceId}
            tags={conversation.tags}
            opened={open === 'tag'}
            setOpened={(opened) => setOpen(opened ? 'tag' : null)}
            onAdd={(id) => change.mutate({ addTags: [id] })}
            onRemove={(id) => change.mutate({ removeTags: [id] })}
          />
          <WhileShown>
            <PresenceIndicator instanceId={instanceId} conversationId={conversation.id} />
          </WhileShown>
        </Deferred>
      </Group>
    </header>
  );
});

function DoneButton({
  status,
  withKey,
  onDone,
  onReopen,
}: {
  status: Conversation['status'];
  withKey: boolean;
  onDone(): void;
  onReopen(): void;
}) {
  const key = withKey && <ButtonKey>e</ButtonKey>;
  return status === 'done' ? (
    <Button
      size="xs"
      variant="default"
      leftSection={<IconRotate size={14} />}
      rightSection={key}
      onClick={onReopen}
    >
      {t('conversation.reopen')}
    </Button>
  ) : (
    <Button size="xs" leftSection={<IconCheck size={14} />} rightSection={key} onClick={onDone}>
      {t('conversation.done')}
    </Button>
  );
}

function ButtonKey({ children }: { children: string }) {
  return (
    <Kbd size="xs" aria-hidden>
      {children}
    </Kbd>
  );
}

function AssigneeMenu({
  assignee,
  ...props
}: Omit<ComponentProps<typeof PersonMenu>, 'children'> & { assignee: Conversation['assignee'] }) {
  return (
    <PersonMenu {...props}>
      <Button
        size="compact-xs"
        variant="subtle"
        color="gray"
        leftSection={assignee && <InitialsAvatar name={assignee.name} size={18} />}
        rightSection={<IconChevronDown size={12} />}
        aria-label={`${t('conversation.assignTo')}: ${assignee?.name ?? t('conversation.nobody')}`}
        onClick={() => props.setOpened(!props.opened)}
      >
        {assignee?.name ?? t('conversation.nobody')}
      </Button>
    </PersonMenu>
  );
}

function SnoozeButton({
  isLarge,
  opened,
  setOpened,
  onSelect,
}: {
  /** Beside Done, and not in the line below it. */
  isLarge: boolean;
  opened: boolean;
  setOpened(opened: boolean): void;
  onSelect(until: Date): void;
}) {
  return (
    <SnoozeMenu opened={opened} setOpened={setOpened} action={t('conversation.snooze')} onSelect={onSelect}>
      <Button
        {...(isLarge
          ? { size: 'xs', variant: 'default', rightSection: <ButtonKey>s</ButtonKey> }
          : { size: 'compact-xs', variant: 'subtle', color: 'gray' })}
        leftSection={<IconClock size={isLarge ? 14 : 12} />}
        title={`${t('conversation.snooze')} · s`}
      >
        {t('conversation.snooze')}
      </Button>
    </SnoozeMenu>
  );
}

function ConversationTags({
  instanceId,
  tags,
  opened,
  setOpened,
  onAdd,
  onRemove,
}: {
  instanceId: string;
  tags: Conversation['tags'];
  opened: boolean;
  setOpened(opened: boolean): void;
  onAdd(tagId: string): void;
  onRemove(tagId: string): void;
}) {
  return (
    <>
      {tags.map((tag) => (
        <TagChip
          key={tag.id}
          tag={tag}
          remove={{
            name: t('tags.remove', { name: tag.name }),
            onClick: () => onRemove(tag.id),
          }}
        />
      ))}
      <TagMenu
        instanceId={instanceId}
        selectedIds={new Set(tags.map(({ id }) => id))}
        opened={opened}
        setOpened={setOpened}
        onToggle={({ id }, added) => (added ? onAdd(id) : onRemove(id))}
      >
        <Button
          size="compact-xs"
          variant="subtle"
          color="gray"
          leftSection={<IconTag size={12} />}
          title={`${t('shortcuts.tag')} · l`}
          onClick={() => setOpened(!opened)}
        >
          {t('shortcuts.tag')}
        </Button>
      </TagMenu>
    </>
  );
}
