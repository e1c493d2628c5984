/** Where a message stands among others, by its time and its id. */
export type MessageCursor = { sentAt: Date; id: string };

/** As a page is asked for by it. */
export function writeMessageCursor({ sentAt, id }: MessageCursor): string {
  return `${sentAt.toISOString()} ${id}`;
}

/** A garbled place is before everything. */
export function readMessageCursor(text: string): MessageCursor {
  const [at = '', id = ''] = text.split(' ');
  const sentAt = new Date(at);
  const isValid = !Number.isNaN(sentAt.getTime()) && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id);
  return isValid ? { sentAt, id } : { sentAt: new Date(0), id: '00000000-0000-0000-0000-000000000000' };
}
