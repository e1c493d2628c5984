import type { GoogleResult } from './errors.ts';
import { UnexpectedAnswer } from './errors.ts';
import type { Gmail } from './gmail.ts';
import { units } from './quota.ts';

/** An address the mailbox may send from, with its display name. Gmail silently replaces any other From. */
export type SendAsAddress = { address: string; name: string; accepted: boolean; isPrimary: boolean };

/** The mailbox's send-as addresses (users.settings.sendAs.list), the primary first. */
export function listSendAs(gmail: Gmail): Promise<GoogleResult<SendAsAddress[]>> {
  return gmail.request({ call: 'gmail', units: units.sendAsList }, async (api, options) => {
    const { data } = await api.users.settings.sendAs.list({ userId: 'me' }, options);
    if (!Array.isArray(data.sendAs)) throw new UnexpectedAnswer('Not a list of send-as addresses');
    return data.sendAs
      .flatMap(({ sendAsEmail, displayName, isPrimary, verificationStatus }) =>
        sendAsEmail
          ? [
              {
                address: sendAsEmail.toLowerCase(),
                name: displayName ?? '',
                // The primary address has no status (docs/gmail.md, section 5).
                accepted: !verificationStatus || verificationStatus === 'accepted',
                isPrimary: isPrimary ?? false,
              },
            ]
          : [],
      )
      .sort((one, other) => Number(other.isPrimary) - Number(one.isPrimary));
  });
}
