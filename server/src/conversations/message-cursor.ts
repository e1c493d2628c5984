/** Where a message stands among others, by its time and its id. */
export type Place = { sentAt: Date; id: string };

/** As a page is asked for by it. */
export function placeOf({ sentAt, id }: Place): string {
  return `${sentAt.toISOString()} ${id}`;
}

/** A garbled place is before everything. */
export function readPlace(text: string): Place {
  const [at = '', id = ''] = text.split(' ');
  const sentAt = new Date(at);
  const known = !Number.isNaN(sentAt.getTime()) && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id);
  return known ? { sentAt, id } : { sentAt: new Date(0), id: '00000000-0000-0000-0000-000000000000' };
}
