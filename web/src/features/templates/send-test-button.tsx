import { Button, Popover, Select, Stack, Text } from '@mantine/core';
import { IconSend } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, type ProblemError, unwrapResponse } from '../../api/client.ts';
import { senders } from '../../api/queries/mailboxes.ts';
import { t } from '../../locales/messages.ts';
import { choices } from '../../ui/filter-options.ts';
import { ProblemText } from '../../ui/problem-text.tsx';
import type { TemplateContent } from './template-source.ts';

/** Sends oneself what a customer would get with the template as it is now. */
export function SendTestButton({
  instanceId,
  email,
  content: { html, form },
  conversationId,
}: {
  instanceId: string;
  /** The admin's own address. */
  email: string;
  content: TemplateContent;
  conversationId: string | null;
}) {
  const [opened, setOpened] = useState(false);
  const [chosen, setChosen] = useState<string | null>(null);
  const query = useQuery(senders(instanceId));
  const connected = (query.data?.senders ?? []).filter(({ state }) => state === 'connected');
  const mailboxId = connected.find((one) => one.mailboxId === chosen)?.mailboxId ?? connected[0]?.mailboxId;
  const send = useMutation<{ to: string }, ProblemError>({
    mutationFn: () =>
      unwrapResponse(
        api.POST('/api/instances/{instanceId}/template-tests', {
          params: { path: { instanceId } },
          body: { html, form, conversationId, mailboxId: mailboxId!, sampleHtml: t('templates.sampleWords') },
        }),
      ),
  });
  return (
    <Popover
      opened={opened}
      onChange={setOpened}
      onClose={() => send.reset()}
      width={300}
      position="bottom-end"
      trapFocus
      returnFocus
      withRoles
    >
      <Popover.Target>
        <Button
          variant="default"
          leftSection={<IconSend size={16} aria-hidden />}
          onClick={() => setOpened(!opened)}
        >
          {t('templates.test')}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={t('templates.test')}>
        <Stack gap="sm">
          <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
            {connected.length > 0 ? t('templates.testText', { address: email }) : t('templates.testNone')}
          </Text>
          {connected.length > 0 && (
            <>
              <Select
                label={t('templates.testFrom')}
                allowDeselect={false}
                comboboxProps={{ withinPortal: false }}
                {...choices(connected.map((one) => ({ value: one.mailboxId, label: one.address })))}
                value={mailboxId ?? null}
                onChange={setChosen}
              />
              {/* Never disabled: the focus would be lost, and Escape with it. */}
              <Button onClick={() => !send.isPending && send.mutate()}>{t('templates.testSend')}</Button>
            </>
          )}
          <div aria-live="polite">
            {send.isPending && <Text size="sm">{t('templates.testSending')}</Text>}
            {send.data && (
              <Text size="sm" fw={600}>
                {t('templates.testSent', { address: send.data.to })}
              </Text>
            )}
            <ProblemText problem={send.error} size="sm" />
          </div>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
