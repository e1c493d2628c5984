import type { Answer } from './errors.ts';
import type { Gmail } from './gmail.ts';
import { units } from './quota.ts';

/** Stops every notification about this mailbox to this project (users.stop). Harmless where there are none. */
export function stopWatch(gmail: Gmail): Promise<Answer<null>> {
  return gmail.request({ call: 'gmail', units: units.stop }, async (api, options) => {
    await api.users.stop({ userId: 'me' }, options);
    return null;
  });
}
