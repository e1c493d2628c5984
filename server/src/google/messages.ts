import type { gmail_v1 } from '@googleapis/gmail';
import { ownMemoryFrom } from '../own-memory.ts';
import type { GoogleResult } from './errors.ts';
import { UnexpectedAnswer } from './errors.ts';
import { type Gmail, messageTimeoutMs } from './gmail.ts';
import { units } from './quota.ts';

/** Metadata of every message. Ids are Gmail's; `internalDate` is when Gmail accepted the message. */
export type MessageMetadata = {
  id: string;
  threadId: string;
  labels: string[];
  historyId: string;
  internalDate: Date;
};

/** A page of at most 500 message ids, newest first (users.messages.list). */
export function listMessages(
  gmail: Gmail,
  options: { labels?: string[]; query?: string; pageToken?: string | null; includeSpamTrash?: boolean },
): Promise<
  GoogleResult<{ messages: Array<{ id: string; threadId: string }>; nextPageToken: string | null }>
> {
  return gmail.request({ call: 'gmail', units: units.messagesList }, async (api, callOptions) => {
    const { data } = await api.users.messages.list(
      {
        userId: 'me',
        labelIds: options.labels,
        q: options.query,
        pageToken: options.pageToken ?? undefined,
        includeSpamTrash: options.includeSpamTrash,
        maxResults: 500,
      },
      callOptions,
    );
    if (typeof data !== 'object' || !('resultSizeEstimate' in data || 'messages' in data)) {
      throw new UnexpectedAnswer('Not a list of messages');
    }
    const messages = (data.messages ?? []).flatMap(({ id, threadId }) =>
      id && threadId ? [{ id, threadId }] : [],
    );
    return { messages, nextPageToken: data.nextPageToken ?? null };
  });
}

/** Gmail returned the message itself without its raw bytes, as for chats, or without a date or thread. */
export type IncompleteMessage = { kind: 'incomplete'; labels: string[] };

/** A message with its raw bytes (RFC 5322). `not-found`: it is deleted, or not readable yet. */
export async function getRawMessage(
  gmail: Gmail,
  id: string,
): Promise<GoogleResult<MessageMetadata & { raw: Uint8Array }> | IncompleteMessage> {
  const method = { call: 'gmail', units: units.messagesGet, timeout: messageTimeoutMs } as const;
  type Raw = MessageMetadata & { raw: Uint8Array };
  const answer = await gmail.request(method, async (api, options): Promise<Raw | IncompleteMessage> => {
    const { data } = await api.users.messages.get({ userId: 'me', id, format: 'raw' }, options);
    const { raw, threadId, historyId, internalDate } = data;
    if (data.id === id && !(raw && threadId && historyId && internalDate)) {
      return { kind: 'incomplete', labels: data.labelIds ?? [] };
    }
    if (!raw) throw new UnexpectedAnswer('Not a message');
    return { ...metadataOf(data), raw: ownMemoryFrom(raw) };
  });
  if (answer.kind !== 'ok') return answer;
  const { value } = answer;
  return 'kind' in value ? value : { kind: 'ok', value };
}

/** A message's metadata and the first header of each name in `names`; null for absent ones. */
export function getHeaders<Name extends string>(
  gmail: Gmail,
  id: string,
  names: Name[],
): Promise<GoogleResult<MessageMetadata & { headers: Record<Name, string | null> }>> {
  return gmail.request({ call: 'gmail', units: units.messagesGet }, async (api, options) => {
    const { data } = await api.users.messages.get(
      { userId: 'me', id, format: 'metadata', metadataHeaders: names },
      options,
    );
    const listed = data.payload?.headers ?? [];
    const firstOf = (name: string) =>
      listed.find((header) => header.name?.toLowerCase() === name.toLowerCase())?.value ?? null;
    const headers = Object.fromEntries(names.map((name) => [name, firstOf(name)])) as Record<
      Name,
      string | null
    >;
    return { ...metadataOf(data), headers };
  });
}

function metadataOf(data: gmail_v1.Schema$Message): MessageMetadata {
  const { id, threadId, historyId, internalDate } = data;
  if (!id || !threadId || !historyId || !internalDate) throw new UnexpectedAnswer('A message without ids');
  return {
    id,
    threadId,
    labels: data.labelIds ?? [],
    historyId,
    internalDate: new Date(Number(internalDate)),
  };
}
