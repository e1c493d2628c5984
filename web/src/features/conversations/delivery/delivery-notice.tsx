import { Button, Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { Message } from '../../../api/client.ts';
import { senders } from '../../../api/queries/mailboxes.ts';
import { t } from '../../../locales/messages.ts';
import { textOf } from '../../../locales/problem.ts';
import { ReconnectLinkForAddress } from '../../../ui/disconnected-mailbox.tsx';
import { formatClockTime } from '../../../ui/format-short-time.ts';
import { useCountdownNow } from '../../../ui/use-countdown-now.ts';
import { HeldOverADayPrompt } from './held-over-a-day-prompt.tsx';
import { type MessageProps, useDeliveryActions } from './use-delivery-actions.ts';

/** Why an outgoing message is not sent yet or failed, and what can be done about it (S4, S5). */
export function DeliveryNotice(shown: MessageProps) {
  const { delivery, reports } = shown.message;
  if (!delivery) return null;
  const props = { ...shown, delivery };
  if (delivery.state === 'queued') return <QueuedNotice {...props} />;
  if (delivery.state === 'held') {
    return delivery.problem?.code === 'held-too-long' ? (
      <HeldOverADayPrompt {...props} />
    ) : (
      <HeldNotice {...props} />
    );
  }
  if (delivery.state === 'failed') return <FailedNotice {...props} />;
  if (delivery.state === 'cancelled') return <CancelledNotice {...props} />;
  if (delivery.state !== 'sent') return null;
  return (
    <>
      {delivery.requestedFrom && (
        <NoticeLine
          color="var(--warning)"
          text={t('composer.delivery.changedFrom', {
            sent: formatAddress(shown.message.from),
            asked: formatAddress(delivery.requestedFrom),
          })}
        />
      )}
      {reports.some(({ kind }) => kind === 'failed') && <BouncedNotice {...props} />}
    </>
  );
}

const formatAddress = ({ name, address }: Message['from']) => (name ? `${name} <${address}>` : address);

type Props = MessageProps & { delivery: NonNullable<Message['delivery']> };

/** What happened and what to do, in one line; empty where all is well. */
function problemLine({ problem }: Props['delivery']): string {
  if (!problem) return '';
  const { title, detail } = textOf(problem);
  return `${title} ${detail}`;
}

/** A message that waits for its time: it can be undone, rescheduled or sent at once. */
function QueuedNotice(props: Props) {
  const { delivery } = props;
  const { sendOrCancel, undoSend } = useDeliveryActions(props);
  const sendAt = new Date(delivery.sendAfter).getTime();
  const now = useCountdownNow(sendAt);
  const busy = undoSend.isPending || sendOrCancel.isPending;
  if (delivery.problem) return <RetryingNotice {...props} />;
  if (sendAt <= now) return null;
  if (!delivery.scheduled) {
    return (
      <NoticeLine
        color="var(--text-muted)"
        text={t('composer.delivery.sendingIn', { seconds: Math.max(1, Math.ceil((sendAt - now) / 1_000)) })}
      >
        <ActionButton name={t('composer.delivery.undo')} busy={busy} onClick={() => undoSend.mutate()} />
      </NoticeLine>
    );
  }
  return (
    <NoticeLine
      color="var(--text-muted)"
      text={t('composer.delivery.willBeSent', { when: formatClockTime(new Date(sendAt), new Date(now)) })}
    >
      <ActionButton
        name={t('composer.delivery.sendNow')}
        busy={busy}
        onClick={() => sendOrCancel.mutate('send')}
      />
      <ActionButton name={t('composer.delivery.edit')} busy={busy} onClick={() => undoSend.mutate()} />
      <ActionButton
        name={t('composer.delivery.cancel')}
        busy={busy}
        onClick={() => sendOrCancel.mutate('cancel')}
      />
    </NoticeLine>
  );
}

/** Google did not accept the message yet: it is retried automatically. */
function RetryingNotice(props: Props) {
  const { instanceId, delivery } = props;
  const { undoSend } = useDeliveryActions(props);
  const limited = delivery.problem?.code === 'sending-limit';
  const sendersQuery = useQuery({ ...senders(instanceId), enabled: limited });
  const until = sendersQuery.data?.senders.find(
    ({ address }) => address === delivery.mailboxAddress,
  )?.limitedUntil;
  const text =
    limited && until
      ? t('composer.delivery.limited', {
          address: delivery.mailboxAddress,
          until: formatClockTime(new Date(until), new Date()),
        })
      : problemLine(delivery);
  return (
    <NoticeLine color="var(--warning)" text={text}>
      <ActionButton
        name={t('composer.delivery.edit')}
        busy={undoSend.isPending}
        onClick={() => undoSend.mutate()}
      />
    </NoticeLine>
  );
}

function HeldNotice(props: Props) {
  const { instanceId, delivery } = props;
  const { sendOrCancel, undoSend } = useDeliveryActions(props);
  const busy = undoSend.isPending || sendOrCancel.isPending;
  return (
    <NoticeLine color="var(--warning)" text={problemLine(delivery)}>
      {delivery.problem?.code === 'mailbox-disconnected' && (
        <Text span size="xs" c="var(--warning)">
          <ReconnectLinkForAddress instanceId={instanceId} address={delivery.mailboxAddress} />
        </Text>
      )}
      <ActionButton name={t('composer.delivery.edit')} busy={busy} onClick={() => undoSend.mutate()} />
      <ActionButton name={t('message.doNotSend')} busy={busy} onClick={() => sendOrCancel.mutate('cancel')} />
    </NoticeLine>
  );
}

function FailedNotice(props: Props) {
  const { sendOrCancel, undoSend } = useDeliveryActions(props);
  const busy = undoSend.isPending || sendOrCancel.isPending;
  return (
    <NoticeLine color="var(--error)" alert text={problemLine(props.delivery)}>
      <ActionButton
        name={t('composer.delivery.tryAgain')}
        busy={busy}
        onClick={() => sendOrCancel.mutate('send')}
      />
      <ActionButton
        name={t('composer.delivery.editAndResend')}
        busy={busy}
        onClick={() => undoSend.mutate()}
      />
    </NoticeLine>
  );
}

function CancelledNotice(props: Props) {
  const { undoSend } = useDeliveryActions(props);
  return (
    <NoticeLine
      color="var(--text-muted)"
      text={problemLine(props.delivery) || t('composer.delivery.wasCancelled')}
    >
      <ActionButton
        name={t('composer.delivery.editAndResend')}
        busy={undoSend.isPending}
        onClick={() => undoSend.mutate()}
      />
    </NoticeLine>
  );
}

/** A message that bounced: the reports above say why. */
function BouncedNotice(props: Props) {
  const { undoSend } = useDeliveryActions(props);
  return (
    <NoticeLine>
      <ActionButton
        name={t('composer.delivery.editAndResend')}
        busy={undoSend.isPending}
        onClick={() => undoSend.mutate()}
      />
    </NoticeLine>
  );
}

function NoticeLine({
  color,
  text,
  alert,
  children,
}: {
  color?: string;
  text?: string;
  alert?: boolean;
  children?: ReactNode;
}) {
  return (
    <Group gap="xs" mb={8} {...(alert && { role: 'alert' })}>
      {text && (
        <Text size="xs" c={color}>
          {text}
        </Text>
      )}
      {children}
    </Group>
  );
}

function ActionButton({ name, busy, onClick }: { name: string; busy: boolean; onClick(): void }) {
  return (
    <Button size="compact-xs" variant="default" disabled={busy} onClick={onClick}>
      {name}
    </Button>
  );
}
