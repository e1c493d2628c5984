import type { QueryClient } from '@tanstack/react-query';
import { api, type Draft, type ProblemError, unwrapResponse } from '../../../api/client.ts';
import { retrySignedIn } from '../../../api/ended-session.ts';
import { removeWaiting, updateWaiting, type WaitingMessage, waitingMessages } from '../../../api/outbox.ts';
import { createDraftApi } from '../draft/draft-api.ts';
import { contentOf, isSameContent } from '../draft/draft-content.ts';
import { closingDrafts } from '../draft/open-drafts.ts';
import { readStoredDraft, writeStoredDraft } from '../draft/stored-draft.ts';

/** `kept`: the server could not be reached, try later. */
export type Outcome = 'sent' | 'kept' | 'problem';

/**
 * Sends the messages of a user that wait, in their order, in one tab at a time. One that the server refuses stays, with
 * the reason. Stops at the first that cannot reach the server; resolves with false then.
 */
export async function sendWaiting(client: QueryClient, userId: string): Promise<boolean> {
  return navigator.locks.request('postroom outbox', async () => {
    for (const { draftId } of waitingMessages()) {
      // As it is now: it may have been cancelled meanwhile.
      const message = waitingMessages().find((one) => one.draftId === draftId);
      if (!message || message.userId !== userId || message.problem) continue;
      if ((await sendOne(client, message)) === 'kept') return false;
    }
    return true;
  });
}

async function sendOne(client: QueryClient, message: WaitingMessage): Promise<Outcome> {
  const { draftId, instanceId, target, storageKey, sendAt, done, seenMessageId } = message;
  const draftApi = createDraftApi(client, instanceId, target);
  try {
    await closingDrafts.get(storageKey);
    const version = await savedVersion(client, draftApi, message);
    await retrySignedIn(() =>
      unwrapResponse(
        api.POST('/api/instances/{instanceId}/drafts/{draftId}/send', {
          params: { path: { instanceId, draftId } },
          body: {
            version,
            done,
            // A time that has passed meanwhile is now.
            ...(sendAt && Date.parse(sendAt) > Date.now() && { sendAt }),
            ...(seenMessageId && { seenMessageId }),
          },
        }),
      ),
    );
    if (readStoredDraft(storageKey)?.id === draftId) writeStoredDraft(storageKey, null);
    removeWaiting(draftId);
    void client.invalidateQueries({ queryKey: [instanceId] });
    return 'sent';
  } catch (error) {
    const { status, code, message: title, detail } = error as ProblemError;
    if (status === 0 || status >= 500 || status === undefined) return 'kept';
    updateWaiting(draftId, { problem: { code, title, detail } });
    return 'problem';
  }
}

/** Saves the text that only this browser has; the version to send. A request whose answer was lost has saved it. */
async function savedVersion(
  client: QueryClient,
  draftApi: ReturnType<typeof createDraftApi>,
  { draftId, instanceId, storageKey }: WaitingMessage,
): Promise<number> {
  const stored = readStoredDraft(storageKey);
  const onServer = async (): Promise<Draft | undefined> => {
    await client.invalidateQueries({ queryKey: [instanceId, 'drafts'], refetchType: 'none' });
    const draft = await draftApi.fetch();
    return draft?.id === draftId ? draft : undefined;
  };
  if (stored?.id !== draftId) return (await onServer())?.version ?? 0;
  try {
    const { draft } = await draftApi.save({
      ...{ id: draftId, version: stored.version, content: stored.content },
      ...{ attachments: [], forwarded: null, savedAt: null, status: 'local', cardNumbers: 0, revision: 0 },
    });
    writeStoredDraft(storageKey, { ...stored, version: draft.version, instanceId });
    return draft.version;
  } catch (error) {
    const { code } = error as ProblemError;
    // It was sent, and the answer lost: sending it again is answered with the message.
    if (code === 'no-such-draft') return 0;
    if (code !== 'draft-conflict') throw error;
    const draft = await onServer();
    if (!draft || !isSameContent(contentOf(draft), stored.content)) throw error;
    return draft.version;
  }
}
