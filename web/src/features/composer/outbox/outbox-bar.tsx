import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useSyncExternalStore } from 'react';
import {
  onOutboxChange,
  removeWaiting,
  updateWaiting,
  type WaitingMessage,
  waitingMessages,
} from '../../../api/outbox.ts';
import { t } from '../../../locales/messages.ts';
import styles from './outbox-bar.module.css';
import { sendWaiting } from './send-waiting.ts';

/** How often it is tried while the browser believes that it is online (ms). */
const retryMs = 10_000;

/** What waits to leave until the server can be reached, above every page; sends it then. */
export default function OutboxBar({ userId }: { userId: string }) {
  const all = useSyncExternalStore(onOutboxChange, waitingMessages);
  const messages = all.filter((message) => message.userId === userId);
  useSendWaiting(userId, messages.filter(({ problem }) => !problem).length);
  if (messages.length === 0) return null;
  return (
    <section className={styles.bar} aria-label={t('outbox.label')}>
      {messages.map((message) => (
        <Message key={message.draftId} message={message} />
      ))}
    </section>
  );
}

function Message({ message: { draftId, label, problem } }: { message: WaitingMessage }) {
  const sendAnyway = () => updateWaiting(draftId, { problem: null, seenMessageId: null });
  const cancel = () => {
    removeWaiting(draftId);
    notifications.show({ message: t('outbox.cancelled') });
  };
  return (
    <div className={styles.message} role={problem ? 'alert' : 'status'}>
      <span className={styles.text}>
        <b dir="auto">{label}</b>{' '}
        {problem ? `${t('outbox.notSent')} ${problem.title} ${problem.detail}` : t('outbox.waits')}
      </span>
      {problem && (
        <Button size="compact-xs" variant="default" onClick={sendAnyway}>
          {t(problem.code === 'answered-meanwhile' ? 'outbox.sendAnyway' : 'outbox.again')}
        </Button>
      )}
      <Button size="compact-xs" variant="default" onClick={cancel}>
        {t('outbox.cancel')}
      </Button>
    </div>
  );
}

/** Sends what waits: at once, when the browser is online again, and every few seconds as long as something waits. */
function useSendWaiting(userId: string, count: number): void {
  const client = useQueryClient();
  useEffect(() => {
    if (count === 0) return;
    let stopped = false;
    const send = async () => {
      if (stopped || !navigator.onLine) return;
      const before = waitingMessages().length;
      await sendWaiting(client, userId);
      const sent = before - waitingMessages().length;
      if (sent > 0 && !stopped)
        notifications.show({ color: 'green', message: t('outbox.sent', { count: sent }) });
    };
    void send();
    const timer = setInterval(() => void send(), retryMs);
    window.addEventListener('online', send);
    return () => {
      stopped = true;
      clearInterval(timer);
      window.removeEventListener('online', send);
    };
  }, [client, userId, count]);
}
