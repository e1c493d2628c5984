import { ActionIcon, Menu, Select, Text, Title } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconDots } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, type Member, type ProblemError, unwrapResponse } from '../../api/client.ts';
import { t } from '../../locales/messages.ts';
import { formatClockTime } from '../../ui/format-short-time.ts';
import { InitialsAvatar } from '../../ui/initials-avatar.tsx';
import { filterRows, ListFilter } from '../../ui/list-filter.tsx';
import { ProblemAlert } from '../../ui/problem-alert.tsx';
import styles from '../../ui/settings-list.module.css';
import { DeactivateDialog } from './deactivate-dialog.tsx';
import { PasswordLinkDialog } from './password-link-dialog.tsx';
import { ResetTwoFactorDialog } from './reset-two-factor-dialog.tsx';

type DialogKind = 'deactivate' | 'password' | 'two-factor';

/** The active members, and below them the deactivated ones. */
export function MemberList({
  instanceId,
  userId,
  members,
}: {
  instanceId: string;
  userId: string;
  members: Member[];
}) {
  const [dialog, setDialog] = useState<{ kind: DialogKind; member: Member } | null>(null);
  const { refresh, changeRole, reactivate } = useMemberChanges(instanceId);
  const [typed, setTyped] = useState('');
  const found = filterRows(members, typed, ({ name, email }) => [name, email]);
  const active = found.filter(({ deactivatedAt }) => !deactivatedAt);
  const deactivated = found.filter(({ deactivatedAt }) => deactivatedAt);
  const row = (member: Member) => (
    <MemberRow
      key={member.id}
      member={member}
      isMe={member.id === userId}
      onChangeRole={(role) => changeRole.mutate({ member, role })}
      onReactivate={() => reactivate.mutate(member)}
      onOpenDialog={(kind) => setDialog({ kind, member })}
    />
  );
  return (
    <>
      <section aria-label={t('people.list')}>
        <Title order={2} mb="xs">
          {t('people.list')}
        </Title>
        <ProblemAlert problem={changeRole.error ?? reactivate.error} />
        <ListFilter typed={typed} onType={setTyped} rows={members} found={found} />
        <ul className={styles.list} hidden={active.length === 0}>
          {active.map(row)}
        </ul>
      </section>
      {deactivated.length > 0 && (
        <section aria-label={t('people.gone')}>
          <Title order={2} mb="xs">
            {t('people.gone')}
          </Title>
          <ul className={styles.list}>{deactivated.map(row)}</ul>
        </section>
      )}
      {dialog && (
        <MemberDialog
          instanceId={instanceId}
          {...dialog}
          others={members.filter(({ id, deactivatedAt }) => !deactivatedAt && id !== dialog.member.id)}
          close={() => setDialog(null)}
          onDone={() => {
            setDialog(null);
            void refresh();
          }}
        />
      )}
    </>
  );
}

/** Changing the role of a member and reactivating one; each confirms itself in a notification. */
function useMemberChanges(instanceId: string) {
  const client = useQueryClient();
  const memberParams = ({ id }: Member) => ({ params: { path: { instanceId, userId: id } } });
  const refresh = () =>
    Promise.all([
      client.invalidateQueries({ queryKey: [instanceId] }),
      client.invalidateQueries({ queryKey: ['me'] }),
    ]);
  const changeRole = useMutation<unknown, ProblemError, { member: Member; role: Member['role'] }>({
    mutationFn: ({ member, role }) =>
      unwrapResponse(
        api.PATCH('/api/instances/{instanceId}/members/{userId}', {
          ...memberParams(member),
          body: { role },
        }),
      ),
    onSuccess: (_, { member, role }) => {
      notifications.show({
        color: 'green',
        message: t('people.roleChanged', { name: member.name, role: t(`people.roles.${role}`) }),
      });
      void refresh();
    },
  });
  const reactivate = useMutation<unknown, ProblemError, Member>({
    mutationFn: (member) =>
      unwrapResponse(
        api.POST('/api/instances/{instanceId}/members/{userId}/reactivate', memberParams(member)),
      ),
    onSuccess: (_, { name }) => {
      notifications.show({ color: 'green', message: t('people.reactivated', { name }) });
      void refresh();
    },
  });
  return { refresh, changeRole, reactivate };
}

function MemberRow({
  member,
  isMe,
  onChangeRole,
  onReactivate,
  onOpenDialog,
}: {
  member: Member;
  isMe: boolean;
  onChangeRole(role: Member['role']): void;
  onReactivate(): void;
  onOpenDialog(kind: DialogKind): void;
}) {
  return (
    <li className={styles.row}>
      <InitialsAvatar name={member.name} />
      <div className={styles.identity}>
        <Text fw={600}>
          {member.name}
          {isMe && (
            <Text span c="var(--text-muted)" fw={400}>
              {' '}
              · {t('people.you')}
            </Text>
          )}
        </Text>
        <Text size="sm" c="var(--text-muted)">
          {member.email}
        </Text>
      </div>
      <Text size="sm" c="var(--text-muted)" className={styles.details}>
        {memberDetails(member)}
      </Text>
      {member.deactivatedAt ? (
        <Text size="sm">{t(`people.roles.${member.role}`)}</Text>
      ) : (
        <Select
          aria-label={t('people.roleOf', { name: member.name })}
          size="xs"
          w={104}
          allowDeselect={false}
          data={(['agent', 'admin'] as const).map((value) => ({ value, label: t(`people.roles.${value}`) }))}
          value={member.role}
          onChange={(role) => onChangeRole(role as Member['role'])}
        />
      )}
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" aria-label={t('people.actions', { name: member.name })}>
            <IconDots size={18} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {member.deactivatedAt ? (
            <Menu.Item onClick={onReactivate}>{t('people.reactivate')}</Menu.Item>
          ) : (
            <>
              <Menu.Item onClick={() => onOpenDialog('password')}>{t('people.passwordLink')}</Menu.Item>
              {member.twoFactor && !isMe && (
                <Menu.Item onClick={() => onOpenDialog('two-factor')}>{t('people.resetTwoFactor')}</Menu.Item>
              )}
              <Menu.Item c="var(--error)" onClick={() => onOpenDialog('deactivate')}>
                {t('people.deactivate')}
              </Menu.Item>
            </>
          )}
        </Menu.Dropdown>
      </Menu>
    </li>
  );
}

function MemberDialog({
  kind,
  others,
  onDone,
  ...props
}: {
  kind: DialogKind;
  instanceId: string;
  member: Member;
  /** The other active members. */
  others: Member[];
  close(): void;
  onDone(): void;
}) {
  if (kind === 'deactivate') return <DeactivateDialog {...props} others={others} onDone={onDone} />;
  if (kind === 'two-factor') return <ResetTwoFactorDialog {...props} onDone={onDone} />;
  return <PasswordLinkDialog {...props} />;
}

function memberDetails({ deactivatedAt, openConversations, twoFactor }: Member): string {
  return [
    ...(deactivatedAt
      ? [t('people.goneSince', { when: formatClockTime(new Date(deactivatedAt), new Date()) })]
      : []),
    ...(openConversations > 0 ? [t('people.open', { count: openConversations })] : []),
    ...(twoFactor ? [t('people.twoFactor')] : []),
  ].join(' · ');
}
