import { toStorableText } from '../../database/storable.ts';
import type { GoogleResult } from '../../google/errors.ts';
import type { Gmail } from '../../google/gmail.ts';
import { getHeaders } from '../../google/messages.ts';
import { decodeHeader } from '../../mail/mime/encoded-words.ts';

/** What a message that is not stored is recognised by: its headers as text, and when Gmail accepted it. */
export type MessageSummary = {
  gmailThreadId: string;
  labels: string[];
  internalDate: Date;
  subject: string;
  from: string;
};

/** Reads the subject and sender of a message at Gmail; costs as much quota as the whole message. */
export async function getSummary(gmail: Gmail, gmailId: string): Promise<GoogleResult<MessageSummary>> {
  const answer = await getHeaders(gmail, gmailId, ['Subject', 'From']);
  if (answer.kind !== 'ok') return answer;
  const { threadId: gmailThreadId, labels, internalDate, headers } = answer.value;
  return {
    kind: 'ok',
    value: {
      gmailThreadId,
      labels,
      internalDate,
      subject: decodeIfEncoded(headers.Subject),
      from: decodeIfEncoded(headers.From),
    },
  };
}

/** Whether Gmail returns headers decoded is not documented. */
const decodeIfEncoded = (value: string | null) =>
  toStorableText(value?.includes('=?') ? decodeHeader(value) : (value ?? ''));
