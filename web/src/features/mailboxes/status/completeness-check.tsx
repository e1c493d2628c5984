import { Anchor, Button, Modal, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, type Mailbox, type ProblemError, unwrapResponse } from '../../../api/client.ts';
import { clockTime } from '../../../ui/format-short-time.ts';
import { Time } from '../../../ui/relative-time.tsx';
import { words } from '../../../words/words.ts';

/** Asks for a completeness check of an address; its progress arrives live. */
export function useCheck(instanceId: string) {
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

/** How many of how many messages are here, or how far the check is. */
export function Check({ check }: { check: NonNullable<Mailbox['check']> }) {
  const [open, setOpen] = useState(false);
  const said = words.email.check;
  const missing = check.expected - check.stored;
  const absent = missing - check.fetched;
  if (check.state === 'waiting') return <Quiet>{said.begun}</Quiet>;
  if (check.state === 'listing')
    return <Quiet>{check.stored > 0 ? said.counting(check.stored, check.expected) : said.begun}</Quiet>;
  if (check.state === 'fetching') return <Quiet>{said.fetching(check.fetched, missing)}</Quiet>;
  if (check.state === 'failed') {
    return (
      <Text size="sm" c="var(--amber)">
        {check.failure} {check.nextCheckAt && said.next(clockTime(new Date(check.nextCheckAt), new Date()))}
      </Text>
    );
  }
  return (
    <Quiet>
      {said.done(check.stored + check.fetched, check.expected)} <Time at={check.finishedAt!} />
      {check.missing.length > 0 && (
        <>
          {' · '}
          <Anchor component="button" size="sm" onClick={() => setOpen(true)}>
            {absent > 0 ? said.absent(absent) : said.fetched(check.fetched)}
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
                {from} · <Time at={date} />
              </Text>
            </li>
          ))}
        </ul>
        <Button onClick={() => setOpen(false)}>{said.close}</Button>
      </Modal>
    </Quiet>
  );
}

function Quiet({ children }: { children: React.ReactNode }) {
  return (
    <Text size="sm" c="var(--quiet)" component="div" aria-live="polite">
      {children}
    </Text>
  );
}
