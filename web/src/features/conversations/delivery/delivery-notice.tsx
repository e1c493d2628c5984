import { Button, Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { Message } from '../../../api/client.ts';
import { senders } from '../../../api/queries.ts';
import { WayBackOf } from '../../../ui/disconnected-mailbox.tsx';
import { clockTime } from '../../../ui/format-short-time.ts';
import { useNow } from '../../../ui/use-countdown-now.ts';
import { words } from '../../../words/words.ts';
import { HeldQuestion } from './held-over-a-day-prompt.tsx';
import { useDelivery } from './use-delivery-actions.ts';

/** What stands in the way of a message of ours, in words, and what can be done about it (S4, S5). */
export function Delivery({ instanceId, message }: { instanceId: string; message: Message }) {
  const { delivery, reports } = message;
  if (!delivery) return null;
  const props = { instanceId, message, delivery };
  if (delivery.state === 'queued') return <Queued {...props} />;
  if (delivery.state === 'held') {
    return delivery.code === 'held-over-a-day' ? <HeldQuestion {...props} /> : <Held {...props} />;
  }
  if (delivery.state === 'failed') return <Failed {...props} />;
  if (delivery.state === 'cancelled') return <Cancelled {...props} />;
  if (delivery.state !== 'sent') return null;
  return (
    <>
      {delivery.askedFrom && (
        <Line
          ink="var(--amber)"
          said={words.composer.delivery.changedFrom(shown(message.from), shown(delivery.askedFrom))}
        />
      )}
      {reports.some(({ kind }) => kind === 'failed') && <CameBack {...props} />}
    </>
  );
}

const shown = ({ name, address }: Message['from']) => (name ? `${name} <${address}>` : address);

type Props = { instanceId: string; message: Message; delivery: NonNullable<Message['delivery']> };

/** It leaves at its time: until then it can be undone, changed or sent at once. */
function Queued({ instanceId, message, delivery }: Props) {
  const { decide, takeBack } = useDelivery(instanceId, message);
  const leaves = new Date(delivery.sendAfter).getTime();
  const now = useNow(leaves);
  const busy = takeBack.isPending || decide.isPending;
  if (delivery.code) return <Waiting {...{ instanceId, message, delivery }} />;
  if (leaves <= now) return null;
  if (!delivery.scheduled) {
    return (
      <Line
        ink="var(--quiet)"
        said={words.composer.delivery.sendingIn(Math.max(1, Math.ceil((leaves - now) / 1_000)))}
      >
        <Act name={words.composer.delivery.undo} busy={busy} act={() => takeBack.mutate()} />
      </Line>
    );
  }
  return (
    <Line
      ink="var(--quiet)"
      said={words.composer.delivery.willBeSent(clockTime(new Date(leaves), new Date(now)))}
    >
      <Act name={words.composer.delivery.sendNow} busy={busy} act={() => decide.mutate('send')} />
      <Act name={words.composer.delivery.edit} busy={busy} act={() => takeBack.mutate()} />
      <Act name={words.composer.delivery.cancel} busy={busy} act={() => decide.mutate('cancel')} />
    </Line>
  );
}

/** Google did not take it yet: it is tried again by itself. */
function Waiting({ instanceId, message, delivery }: Props) {
  const { takeBack } = useDelivery(instanceId, message);
  const limited = delivery.code === 'sending-limit';
  const known = useQuery({ ...senders(instanceId), enabled: limited });
  const until = known.data?.senders.find(({ address }) => address === delivery.mailboxAddress)?.limitedUntil;
  const said =
    limited && until
      ? words.composer.delivery.limited(delivery.mailboxAddress, clockTime(new Date(until), new Date()))
      : words.composer.delivery.reason(delivery.sentence ?? '', delivery.remedy ?? '');
  return (
    <Line ink="var(--amber)" said={said}>
      <Act name={words.composer.delivery.edit} busy={takeBack.isPending} act={() => takeBack.mutate()} />
    </Line>
  );
}

function Held({ instanceId, message, delivery }: Props) {
  const { decide, takeBack } = useDelivery(instanceId, message);
  const busy = takeBack.isPending || decide.isPending;
  return (
    <Line
      ink="var(--amber)"
      said={words.composer.delivery.reason(delivery.sentence ?? '', delivery.remedy ?? '')}
    >
      {delivery.code === 'mailbox-disconnected' && (
        <Text span size="xs" c="var(--amber)">
          <WayBackOf instanceId={instanceId} address={delivery.mailboxAddress} />
        </Text>
      )}
      <Act name={words.composer.delivery.edit} busy={busy} act={() => takeBack.mutate()} />
      <Act name={words.message.doNotSend} busy={busy} act={() => decide.mutate('cancel')} />
    </Line>
  );
}

function Failed({ instanceId, message, delivery }: Props) {
  const { decide, takeBack } = useDelivery(instanceId, message);
  const busy = takeBack.isPending || decide.isPending;
  return (
    <Line
      ink="var(--red)"
      alert
      said={words.composer.delivery.reason(delivery.sentence ?? '', delivery.remedy ?? '')}
    >
      <Act name={words.composer.delivery.tryAgain} busy={busy} act={() => decide.mutate('send')} />
      <Act name={words.composer.delivery.editAndResend} busy={busy} act={() => takeBack.mutate()} />
    </Line>
  );
}

function Cancelled({ instanceId, message, delivery }: Props) {
  const { takeBack } = useDelivery(instanceId, message);
  const { sentence, remedy } = delivery;
  return (
    <Line
      ink="var(--quiet)"
      said={
        sentence
          ? words.composer.delivery.reason(sentence, remedy ?? '')
          : words.composer.delivery.wasCancelled
      }
    >
      <Act
        name={words.composer.delivery.editAndResend}
        busy={takeBack.isPending}
        act={() => takeBack.mutate()}
      />
    </Line>
  );
}

/** It left, and came back: the reports above say why. */
function CameBack({ instanceId, message }: Props) {
  const { takeBack } = useDelivery(instanceId, message);
  return (
    <Line>
      <Act
        name={words.composer.delivery.editAndResend}
        busy={takeBack.isPending}
        act={() => takeBack.mutate()}
      />
    </Line>
  );
}

function Line({
  ink,
  said,
  alert,
  children,
}: {
  ink?: string;
  said?: string;
  alert?: boolean;
  children?: ReactNode;
}) {
  return (
    <Group gap="xs" mb={8} {...(alert && { role: 'alert' })}>
      {said && (
        <Text size="xs" c={ink}>
          {said}
        </Text>
      )}
      {children}
    </Group>
  );
}

function Act({ name, busy, act }: { name: string; busy: boolean; act(): void }) {
  return (
    <Button size="compact-xs" variant="default" disabled={busy} onClick={act}>
      {name}
    </Button>
  );
}
