import type { GoogleResult } from './errors.ts';
import { UnexpectedAnswer } from './errors.ts';
import type { Gmail } from './gmail.ts';
import { units } from './quota.ts';

/** Until when Gmail sends notifications of a mailbox. */
export type Watch = { expiresAt: Date };

/**
 * Makes Gmail publish every change of this mailbox to the topic for seven days (users.watch). A mailbox has
 * one topic a client, so a watch with another topic is stopped first (docs/gmail.md, section 2).
 */
export async function startWatch(gmail: Gmail, topicName: string): Promise<GoogleResult<Watch>> {
  const watch = () =>
    gmail.request({ call: 'gmail', units: units.watch }, async (api, options): Promise<Watch> => {
      const { data } = await api.users.watch({ userId: 'me', requestBody: { topicName } }, options);
      if (!data.expiration) throw new UnexpectedAnswer('A watch without an expiration');
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

/** Stops all notifications of this mailbox to this project (users.stop); safe if there are none. */
export function stopWatch(gmail: Gmail): Promise<GoogleResult<null>> {
  return gmail.request({ call: 'gmail', units: units.stop }, async (api, options) => {
    await api.users.stop({ userId: 'me' }, options);
    return null;
  });
}
