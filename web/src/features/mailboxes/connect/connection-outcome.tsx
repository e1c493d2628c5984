import { Alert } from '@mantine/core';
import type { Connection } from '../../../api/client.ts';
import { t } from '../../../locales/messages.ts';
import { textOf } from '../../../locales/problem.ts';
import type { WindowState } from './use-google-window.ts';

/** How the last attempt to connect ended. */
export function ConnectionOutcome({
  connection,
  windowState,
  unchanged = t('connect.nothing'),
}: {
  connection: Connection | null;
  windowState: WindowState;
  /** What a refusal has not changed. */
  unchanged?: string;
}) {
  if (connection?.state === 'refused' && connection.problem) {
    const { title, detail } = textOf(connection.problem);
    return (
      <Alert color="red" title={title} role="alert">
        <p style={{ margin: 0 }}>{detail}</p>
        <p style={{ margin: '4px 0 0' }}>{unchanged}</p>
      </Alert>
    );
  }
  if (windowState === 'blocked' && (!connection || connection.state === 'waiting')) {
    return (
      <Alert
        color="yellow"
        title={t('connect.blocked')}
        role="alert"
        // The yellow of Mantine has too little contrast.
        styles={{ title: { color: 'var(--warning)' } }}
      >
        {t('connect.blockedDetail')}
      </Alert>
    );
  }
  const text = outcomeText(connection, windowState);
  return text ? (
    <Alert color="yellow" role="alert">
      {text}
    </Alert>
  ) : null;
}

function outcomeText(connection: Connection | null, windowState: WindowState): string | null {
  switch (connection?.state) {
    case 'expired':
      return t('connect.expired');
    case 'cancelled':
      return t('connect.cancelled');
    case 'waiting':
      return windowState === 'closed' ? t('connect.closed') : null;
    default:
      return null;
  }
}
