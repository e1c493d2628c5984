import type { Deployment } from '../database/connect.ts';
import type { Database } from '../database/instance-transaction.ts';
import { type RecurringWork, recurringTask } from '../queue/recurring-work.ts';
import { applyRetention } from './retention.ts';

export function retentionWork(deps: { deployment: Deployment; database: Database }): RecurringWork {
  return recurringTask({
    name: 'delete conversations by retention',
    everyMs: 20_000,
    run: (signal) => applyRetention(deps, new Date(), signal),
  });
}
