import { Gauge } from 'prom-client';
import { processFigures } from './metrics.ts';

let levels: () => number[] = () => [];

const lowest = new Gauge({
  name: 'postroom_quota_left_ratio',
  help: 'The part of the Gmail quota that is left to the mailbox with the least, in this process: 1 to 0',
  registers: [processFigures],
  collect() {
    this.set(lowestQuotaLeft());
  },
});
void lowest;

/** Shows in the metrics the lowest of `read`: the part of each mailbox's quota that is left, from 0 to 1. */
export function measureQuota(read: () => number[]): void {
  levels = read;
}

/** The part of the quota that is left to the mailbox with the least: 1 to 0. */
export function lowestQuotaLeft(): number {
  return levels().reduce((least, level) => Math.min(least, level), 1);
}
