import type { QuotableMessage, Quoting } from '../../../api/client.ts';

export const noQuoting: Quoting = { omitted: [], added: [] };

/** Whether the reply quotes a message, as the server decides it (outbound/render/quotable-messages.ts). */
export function isQuoted({ id, unaware }: QuotableMessage, { omitted, added }: Quoting): boolean {
  if (omitted.includes(id)) return false;
  const readers = added.find(({ messageId }) => messageId === id)?.readers ?? [];
  return unaware.every((address) => readers.includes(address));
}

/** Leaves a message out. */
export function omitQuoted({ omitted, added }: Quoting, id: string): Quoting {
  return {
    omitted: [...omitted.filter((one) => one !== id), id],
    added: added.filter(({ messageId }) => messageId !== id),
  };
}

/** Quotes a message again that was left out. */
export function quoteAgain({ omitted, added }: Quoting, id: string): Quoting {
  return { omitted: omitted.filter((one) => one !== id), added };
}

/** Adds a message for those who have not received it. */
export function addQuoted({ omitted, added }: Quoting, { id, unaware }: QuotableMessage): Quoting {
  return {
    omitted: omitted.filter((one) => one !== id),
    added: [...added.filter(({ messageId }) => messageId !== id), { messageId: id, readers: unaware }],
  };
}
