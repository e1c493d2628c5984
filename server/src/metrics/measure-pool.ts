import { Gauge } from 'prom-client';
import { processFigures } from './metrics.ts';

type Pool = { totalCount: number; idleCount: number; waitingCount: number };

const pools = new Map<string, Pool>();

const connections = new Gauge({
  name: 'postroom_database_connections',
  help: 'Connections of a pool to Postgres by state; `waiting`: calls that wait for one',
  labelNames: ['pool', 'state'],
  registers: [processFigures],
  collect() {
    this.reset();
    for (const [pool, { totalCount, idleCount, waitingCount }] of pools) {
      this.set({ pool, state: 'used' }, totalCount - idleCount);
      this.set({ pool, state: 'idle' }, idleCount);
      this.set({ pool, state: 'waiting' }, waitingCount);
    }
  },
});
void connections;

/** Shows a pool of connections in the metrics as `name`, until the function returned is called. */
export function measurePool(name: string, pool: Pool): () => Promise<void> {
  pools.set(name, pool);
  return async () => {
    if (pools.get(name) === pool) pools.delete(name);
  };
}

/** Connections to Postgres that this process uses, and calls that wait for one. */
export function poolUse(): { used: number; waiting: number } {
  const all = [...pools.values()];
  return {
    used: all.reduce((sum, { totalCount, idleCount }) => sum + totalCount - idleCount, 0),
    waiting: all.reduce((sum, { waitingCount }) => sum + waitingCount, 0),
  };
}
