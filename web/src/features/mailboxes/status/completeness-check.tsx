import { Anchor, Button, Modal, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, type Mailbox, type ProblemError, unwrapResponse } from '../../../api/client.ts';
import { formatClockTime } from '../../../ui/format-short-time.ts';
import { RelativeTime } from '../../../ui/relative-time.tsx';
import { words } from '../../../words/words.ts';

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
    onError: (error) => notifications.show({ color: 'red', title: error.message, message: error.remedy }),
  });
}

/** The result of the completeness check, or its progress. */
export function CompletenessCheck({ check }: { check: NonNullable<Mailbox['check']> }) {
  const [open, setOpen] = useState(false);
  const said = words.email.check;
  const missingCount = check.expected - check.stored;
  const absentCount = missingCount - check.fetched;
  if (check.state === 'waiting') return <MutedText>{said.begun}</MutedText>;
  if (check.state === 'listing')
    return (
      <MutedText>{check.stored > 0 ? said.counting(check.stored, check.expected) : said.begun}</MutedText>
    );
  if (check.state === 'fetching') return <MutedText>{said.fetching(check.fetched, missingCount)}</MutedText>;
  if (check.state === 'failed') {
    return (
      <Text size="sm" c="var(--amber)">
        {check.failure}{' '}
        {check.nextCheckAt && said.next(formatClockTime(new Date(check.nextCheckAt), new Date()))}
      </Text>
    );
  }
  return (
    <MutedText>
      {said.done(check.stored + check.fetched, check.expected)} <RelativeTime at={check.finishedAt!} />
      {check.missing.length > 0 && (
        <>
          {' · '}
          <Anchor component="button" size="sm" onClick={() => setOpen(true)}>
            {absentCount > 0 ? said.absent(absentCount) : said.fetched(check.fetched)}
          </Anchor>
        </>
      )}
      <Modal
        opened={open}
        onClose={() => setOpen(false)}
        title={<b>{said.missingTitle}</b>}
        closeButtonProps={{ 'aria-label': words.close }}
        centered
      >
        <ul>
          {check.missing.map(({ gmailId, subject, from, date }) => (
            <li key={gmailId}>
              <Text size="sm" fw={600}>
                {subject || words.list.noSubject}
              </Text>
              <Text size="sm" c="var(--quiet)">
                {from} · <RelativeTime at={date} />
              </Text>
            </li>
          ))}
        </ul>
        <Button onClick={() => setOpen(false)}>{said.close}</Button>
      </Modal>
    </MutedText>
  );
}

function MutedText({ children }: { children: React.ReactNode }) {
  return (
    <Text size="sm" c="var(--quiet)" component="div" aria-live="polite">
      {children}
    </Text>
  );
}
