import type { GoogleResult } from './errors.ts';
import { UnexpectedAnswer } from './errors.ts';
import type { Gmail } from './gmail.ts';
import { units } from './quota.ts';

/** Until when a mailbox's changes are notified. */
export type Watch = { expiresAt: Date };

/**
 * Has every change of this mailbox notified to the topic, for seven days from now (users.watch).
 * Gmail knows one topic a mailbox: where another stands in the way it is stopped first (facts §2).
 */
export async function startWatch(gmail: Gmail, topicName: string): Promise<GoogleResult<Watch>> {
  const watch = () =>
    gmail.request({ call: 'gmail', units: units.watch }, async (api, options): Promise<Watch> => {
      const { data } = await api.users.watch({ userId: 'me', requestBody: { topicName } }, options);
      if (!data.expiration) throw new UnexpectedAnswer('A watch without its end');
      return { expiresAt: new Date(Number(data.expiration)) };
    });
  const answer = await watch();
  const otherTopicWatched =
    answer.kind === 'refused' &&
    /only one user push notification/i.test(String(answer.problem.params.message));
  if (!otherTopicWatched) return answer;
  const stopped = await stopWatch(gmail);
  return stopped.kind === 'ok' ? watch() : stopped;
}

/** Stops every notification about this mailbox to this project (users.stop). Harmless where there are none. */
export function stopWatch(gmail: Gmail): Promise<GoogleResult<null>> {
  return gmail.request({ call: 'gmail', units: units.stop }, async (api, options) => {
    await api.users.stop({ userId: 'me' }, options);
    return null;
  });
}
