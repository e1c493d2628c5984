import { Alert } from '@mantine/core';
import type { Connection } from '../../../api/client.ts';
import { words } from '../../../words/words.ts';
import type { WindowState } from './use-google-window.ts';

/** How the last attempt to connect ended. */
export function ConnectionOutcome({
  connection,
  windowState,
}: {
  connection: Connection | null;
  windowState: WindowState;
}) {
  if (connection?.state === 'refused' && connection.problem) {
    const { sentence, remedy } = connection.problem;
    return (
      <Alert color="red" title={sentence} role="alert">
        <p style={{ margin: 0 }}>{remedy}</p>
        <p style={{ margin: '4px 0 0' }}>{words.connect.nothing}</p>
      </Alert>
    );
  }
  if (windowState === 'blocked' && (!connection || connection.state === 'waiting')) {
    return (
      <Alert
        color="yellow"
        title={words.connect.blocked}
        role="alert"
        // The yellow of Mantine has too little contrast.
        styles={{ title: { color: 'var(--amber)' } }}
      >
        {words.connect.blockedRemedy}
      </Alert>
    );
  }
  const said = outcomeText(connection, windowState);
  return said ? (
    <Alert color="yellow" role="alert">
      {said}
    </Alert>
  ) : null;
}

function outcomeText(connection: Connection | null, windowState: WindowState): string | null {
  switch (connection?.state) {
    case 'expired':
      return words.connect.expired;
    case 'cancelled':
      return words.connect.cancelled;
    case 'waiting':
      return windowState === 'closed' ? words.connect.closed : null;
    default:
      return null;
  }
}
