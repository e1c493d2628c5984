import { Anchor, Button, Group, Stack, Text } from '@mantine/core';
import type { BulkMessage } from '../../api/client.ts';
import { t } from '../../locales/messages.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { formatList } from '../../ui/format.ts';
import { ProblemText } from '../../ui/problem-text.tsx';
import { unfilledPlaceholders } from '../../ui/unfilled-placeholders.ts';
import type { BulkPreview, useBulkMessage } from './queries.ts';
import { SendingLimits } from './sending-limits.tsx';

/** Asks before a bulk message is sent, with Google's limits and what may be wrong with the message (S6). */
export function ConfirmSendDialog({
  instanceId,
  bulk,
  preview,
  change: { order },
  onClose,
}: {
  instanceId: string;
  bulk: BulkMessage;
  preview: BulkPreview | undefined;
  change: ReturnType<typeof useBulkMessage>;
  onClose(): void;
}) {
  const { total } = bulk.counts;
  const doubts = doubtsOf(bulk, preview);
  return (
    <Dialog onClose={onClose} title={t('bulk.confirm.title', { count: total })}>
      <Stack gap="sm">
        <Text>{t('bulk.confirm.text', { subject: bulk.subject, address: bulk.address })}</Text>
        {doubts.length > 0 && (
          <div role="alert">
            {doubts.map((doubt) => (
              <Text key={doubt} c="var(--warning)">
                {doubt}
              </Text>
            ))}
          </div>
        )}
        <SendingLimits instanceId={instanceId} bulk={bulk} />
        <Anchor href="https://support.google.com/a/answer/166852" target="_blank" rel="noopener" size="sm">
          {t('bulk.confirm.limits')}
        </Anchor>
        <ProblemText problem={order.error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose} data-autofocus>
            {t('bulk.confirm.back')}
          </Button>
          <Button loading={order.isPending} onClick={() => order.mutate('start')}>
            {t('bulk.check.send', { count: total })}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}

function doubtsOf({ subject, html }: BulkMessage, preview: BulkPreview | undefined): string[] {
  // Fields in double braces are filled for each customer; what fills none of them is refused.
  const placeholders = unfilledPlaceholders(html, subject).filter((one) => !one.startsWith('{{'));
  return [
    ...(placeholders.length > 0
      ? [t('composer.unfilled', { count: placeholders.length, placeholders: formatList(placeholders) })]
      : []),
    ...(preview?.emptyFields ?? []).map(({ field, customers }) =>
      t('bulk.confirm.empty', { count: customers, field: `{{${field}}}`, withDefault: `{{${field}|…}}` }),
    ),
  ];
}
