import { formatHistoryId } from '../mail/mailbox.ts';
import { rawOf, type StoredMessage } from '../mail/messages.ts';
import type { Simulator } from '../simulator.ts';
import { GmailApiError, invalidArgument } from './errors.ts';
import { partsOf } from './message-parts.ts';

/** A message in one of the API's formats: minimal, metadata, raw, full. */
export function formatted(
  simulator: Simulator,
  message: StoredMessage,
  format: string,
  metadataHeaders: string[] = [],
): object {
  const minimal = {
    id: message.id,
    threadId: message.threadId,
    labelIds: message.labels,
    snippet: message.snippet,
    historyId: formatHistoryId(message.historyId),
    internalDate: String(message.internalDate),
    sizeEstimate: message.size,
  };
  switch (format) {
    case 'minimal':
      return minimal;
    case 'metadata': {
      const wanted = new Set(metadataHeaders.map((name) => name.toLowerCase()));
      const headers = wanted.size
        ? message.headers.filter(({ name }) => wanted.has(name.toLowerCase()))
        : message.headers;
      return { ...minimal, payload: { mimeType: 'text/plain', headers } };
    }
    case 'raw':
      if (message.labels.includes('CHAT')) return minimal;
      return { ...minimal, raw: rawOf(simulator, message.account, message.id).toString('base64url') };
    case 'full':
      return { ...minimal, payload: partsOf(rawOf(simulator, message.account, message.id)) };
    default:
      throw new GmailApiError(invalidArgument(`Invalid value at 'format': ${format}`));
  }
}
