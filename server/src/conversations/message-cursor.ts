import { validate } from 'uuid';
import { invalidCursor } from '../database/paging.ts';
import { isStorableDate } from '../database/storable.ts';
import { ProblemError } from '../problems.ts';

/** The position of a message in a list, by date and id. */
export type MessageCursor = { sentAt: Date; id: string };

/** Writes a cursor as the API returns it. */
export function writeMessageCursor({ sentAt, id }: MessageCursor): string {
  return `${sentAt.toISOString()} ${id}`;
}

/** Reads a cursor. Throws a ProblemError (400, `invalid-cursor`) if it is none. */
export function readMessageCursor(text: string): MessageCursor {
  const [at = '', id = ''] = text.split(' ');
  const sentAt = new Date(at);
  if (!isStorableDate(sentAt) || !validate(id)) throw new ProblemError(invalidCursor);
  return { sentAt, id };
}
