import { Anchor, Button, Modal, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, type Mailbox, type ProblemError, unwrapResponse } from '../../../api/client.ts';
import { t } from '../../../locales/messages.ts';
import { textOf } from '../../../locales/problem.ts';
import { formatClockTime } from '../../../ui/format-short-time.ts';
import { RelativeTime } from '../../../ui/relative-time.tsx';

/** Starts a completeness check of a mailbox; live events report its progress. */
export function useCompletenessCheck(instanceId: string) {
  const client = useQueryClient();
  return useMutation<unknown, ProblemError, string>({
    mutationFn: (mailboxId) =>
      unwrapResponse(
        api.POST('/api/instances/{instanceId}/mailboxes/{mailboxId}/check', {
          params: { path: { instanceId, mailboxId } },
        }),
      ),
    onSuccess: () => client.invalidateQueries({ queryKey: [instanceId, 'mailboxes'] }),
    onError: (error) => notifications.show({ color: 'red', title: error.message, message: error.detail }),
  });
}

/** The result of the completeness check, or its progress. */
export function CompletenessCheck({ check }: { check: NonNullable<Mailbox['check']> }) {
  const [open, setOpen] = useState(false);
  const missingCount = check.expected - check.stored;
  const absentCount = missingCount - check.fetched;
  if (check.state === 'waiting') return <MutedText>{t('email.check.begun')}</MutedText>;
  if (check.state === 'listing')
    return (
      <MutedText>
        {check.stored > 0
          ? t('email.check.counting', { count: check.stored, of: check.expected })
          : t('email.check.begun')}
      </MutedText>
    );
  if (check.state === 'fetching')
    return <MutedText>{t('email.check.fetching', { count: check.fetched, of: missingCount })}</MutedText>;
  if (check.state === 'failed') {
    return (
      <Text size="sm" c="var(--warning)">
        {check.problem && textOf(check.problem).title}{' '}
        {check.nextCheckAt &&
          t('email.check.next', { clock: formatClockTime(new Date(check.nextCheckAt), new Date()) })}
      </Text>
    );
  }
  return (
    <MutedText>
      {t('email.check.done', { here: check.stored + check.fetched, expected: check.expected })}{' '}
      <RelativeTime inWords at={check.finishedAt!} />
      {check.missing.length > 0 && (
        <>
          {' · '}
          <Anchor component="button" size="sm" onClick={() => setOpen(true)}>
            {absentCount > 0
              ? t('email.check.absent', { count: absentCount })
              : t('email.check.fetched', { count: check.fetched })}
          </Anchor>
        </>
      )}
      <Modal
        opened={open}
        onClose={() => setOpen(false)}
        title={<b>{t('email.check.missingTitle')}</b>}
        closeButtonProps={{ 'aria-label': t('common.close') }}
        centered
      >
        <ul>
          {check.missing.map(({ gmailId, subject, from, date, unreadable }) => (
            <li key={gmailId}>
              <Text size="sm" fw={600}>
                {subject || t('list.noSubject')}
              </Text>
              <Text size="sm" c="var(--text-muted)">
                {from} {date && <RelativeTime at={date} />} {unreadable && t('email.check.unreadable')}
              </Text>
            </li>
          ))}
        </ul>
        <Button onClick={() => setOpen(false)}>{t('email.check.close')}</Button>
      </Modal>
    </MutedText>
  );
}

function MutedText({ children }: { children: React.ReactNode }) {
  return (
    <Text size="sm" c="var(--text-muted)" component="div" aria-live="polite">
      {children}
    </Text>
  );
}
