import { headerOf } from './client.ts';
import type { GoogleResult } from './errors.ts';
import { UnexpectedAnswer } from './errors.ts';
import type { Gmail } from './gmail.ts';
import { isHistoryId } from './history-id.ts';
import { units } from './quota.ts';

/**
 * `historyId`: the mailbox's current one, as a decimal string, because it is an unsigned 64-bit number.
 * `serverDate`: when Google responded, by its clock in whole seconds (the Date header); null without one.
 */
export type Profile = { address: string; historyId: string; serverDate: Date | null };

/** The mailbox's address and current historyId (users.getProfile). */
export function getProfile(gmail: Gmail): Promise<GoogleResult<Profile>> {
  return gmail.request({ call: 'gmail', units: units.getProfile }, async (api, options) => {
    const { data, headers } = await api.users.getProfile({ userId: 'me' }, options);
    if (!data.emailAddress || !data.historyId || !isHistoryId(data.historyId))
      throw new UnexpectedAnswer('A profile without address or historyId');
    const date = Date.parse(headerOf(headers, 'date') ?? '');
    return {
      address: data.emailAddress,
      historyId: data.historyId,
      serverDate: Number.isNaN(date) ? null : new Date(date),
    };
  });
}
