import { cutConnections, type Deployment } from './connect.ts';
import type { Heartbeat } from './heartbeat.ts';
import type { Locks } from './session-locks.ts';

/** Postgres has been silent for so long (ms): the network drops packets, and no error will come. */
const silentAfterMs = 8_000;

/**
 * Background work waits for Postgres without a limit: when it falls silent, what waits fails and is tried again. A silent
 * pooler says nothing of the direct connection, which is watched by itself (direct-connection.ts).
 */
export function cutSilentConnections(
  heartbeat: Heartbeat,
  { pool, connection }: Deployment,
  locks: Locks,
): void {
  heartbeat.onMiss(({ silent }) => {
    const { awaySince } = heartbeat;
    if (!silent || awaySince === null || performance.now() - awaySince < silentAfterMs) return;
    cutConnections(pool);
    if (!connection.pooler) locks.drop();
  });
}
