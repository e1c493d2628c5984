import { headerOf } from './client.ts';
import type { GoogleResult } from './errors.ts';
import { UnexpectedAnswer } from './errors.ts';
import type { Gmail } from './gmail.ts';
import { units } from './quota.ts';

/**
 * `historyId` is where the mailbox is now: a decimal string, for it is an unsigned 64-bit number.
 * `asked`: when Google answered, by Google's own clock (whole seconds), where it says so.
 */
export type Profile = { address: string; historyId: string; serverDate: Date | null };

/** The mailbox's own address and its current cursor (users.getProfile). */
export function getProfile(gmail: Gmail): Promise<GoogleResult<Profile>> {
  return gmail.request({ call: 'gmail', units: units.getProfile }, async (api, options) => {
    const { data, headers } = await api.users.getProfile({ userId: 'me' }, options);
    if (!data.emailAddress || !data.historyId) throw new UnexpectedAnswer('A profile without its address');
    const date = Date.parse(headerOf(headers, 'date') ?? '');
    return {
      address: data.emailAddress,
      historyId: data.historyId,
      serverDate: Number.isNaN(date) ? null : new Date(date),
    };
  });
}
