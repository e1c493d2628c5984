import type { Deployment } from '../database/connect.ts';
import type { Queue } from '../queue/queue.ts';

/** Seconds between two sweeps; blobs are swept once a day, at 3:17 UTC. */
const interval = 300;
const night = { hours: 3, minutes: 17 };

/**
 * Enqueues the sweeps that are due, each once, whatever the number of workers that ask. pg-boss's own schedules load time
 * zones and formats, 8 MB, for this alone.
 */
export async function enqueueSweeps(
  { deployment, enqueue }: { deployment: Deployment; enqueue: Queue['enqueue'] },
  now: Date,
): Promise<void> {
  await enqueue(deployment, 'sweep-connections', {}, { onceIn: interval });
  await enqueue(deployment, 'sweep-instances', {}, { onceIn: interval });
  await enqueue(deployment, 'sweep-blobs', {}, { startAfter: nextNight(now) });
}

function nextNight(now: Date): Date {
  const at = new Date(now);
  at.setUTCHours(night.hours, night.minutes, 0, 0);
  if (at <= now) at.setUTCDate(at.getUTCDate() + 1);
  return at;
}
