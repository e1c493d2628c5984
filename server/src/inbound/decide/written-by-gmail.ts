import { normalizeAddress } from '../../mail/mime/addresses.ts';
import type { MessageToStore } from '../parse/parse-message.ts';

/** Gmail's own reports come from these addresses, and pass DMARC. */
const gmailDaemon = /^mailer-daemon@(googlemail|google|gmail)\.com$/;

/** Whether Gmail itself wrote a message: anybody else can write a report too. */
export function isWrittenByGmail({ parsed: { from, sender } }: MessageToStore): boolean {
  return gmailDaemon.test(normalizeAddress(from.address)) && sender.verification !== 'failed';
}
