import { validate } from 'uuid';
import { isStorableDate } from '../database/storable.ts';

/** The position of a message in a list, by date and id. */
export type MessageCursor = { sentAt: Date; id: string };

/** Writes a cursor as the API returns it. */
export function writeMessageCursor({ sentAt, id }: MessageCursor): string {
  return `${sentAt.toISOString()} ${id}`;
}

/** Reads a cursor; an invalid one is before all messages. */
export function readMessageCursor(text: string): MessageCursor {
  const [at = '', id = ''] = text.split(' ');
  const sentAt = new Date(at);
  const isValid = isStorableDate(sentAt) && validate(id);
  return isValid ? { sentAt, id } : { sentAt: new Date(0), id: '00000000-0000-0000-0000-000000000000' };
}
