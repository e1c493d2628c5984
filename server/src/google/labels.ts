import type { GoogleResult } from './errors.ts';
import { UnexpectedAnswer } from './errors.ts';
import type { Gmail } from './gmail.ts';
import { units } from './quota.ts';

/** The labels to add to messages and to remove from them. */
export type LabelChange = { add: string[]; remove: string[] };

/** The most messages of one batchModify (Gmail API, users.messages.batchModify). */
export const maxBatchModify = 1_000;

/** The labels that a message has now. */
export function getLabels(gmail: Gmail, id: string): Promise<GoogleResult<string[]>> {
  return gmail.request({ call: 'gmail', units: units.messagesGet }, async (api, options) => {
    const { data } = await api.users.messages.get({ userId: 'me', id, format: 'minimal' }, options);
    if (data.id !== id) throw new UnexpectedAnswer('Not the message');
    // A message without labels has no labelIds.
    return data.labelIds ?? [];
  });
}

/** The labels that each message of a thread has now, by its id (users.threads.get). */
export function getThreadLabels(gmail: Gmail, id: string): Promise<GoogleResult<Map<string, string[]>>> {
  return gmail.request({ call: 'gmail', units: units.threadsGet }, async (api, options) => {
    const { data } = await api.users.threads.get({ userId: 'me', id, format: 'minimal' }, options);
    if (data.id !== id) throw new UnexpectedAnswer('Not the thread');
    return new Map((data.messages ?? []).map((message) => [message.id ?? '', message.labelIds ?? []]));
  });
}

/**
 * Changes the labels of at most 1,000 messages. Repeating it does no harm. One message costs 5 units
 * (users.messages.modify), several cost 50 (users.messages.batchModify). Needs the scope gmail.modify.
 */
export function modifyLabels(gmail: Gmail, ids: string[], change: LabelChange): Promise<GoogleResult<null>> {
  const requestBody = { addLabelIds: change.add, removeLabelIds: change.remove };
  const [only] = ids;
  if (ids.length === 1 && only) {
    return gmail.request({ call: 'gmail', units: units.messagesModify }, async (api, options) => {
      const { data } = await api.users.messages.modify({ userId: 'me', id: only, requestBody }, options);
      if (data.id !== only) throw new UnexpectedAnswer('Not the message');
      return null;
    });
  }
  return gmail.request({ call: 'gmail', units: units.messagesBatchModify }, async (api, options) => {
    await api.users.messages.batchModify({ userId: 'me', requestBody: { ...requestBody, ids } }, options);
    return null;
  });
}
