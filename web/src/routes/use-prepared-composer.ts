import { type QueryClient, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { drafts, replyDefaults, savedReplies, writingSettings } from '../api/queries/composer.ts';
import { senders } from '../api/queries/mailboxes.ts';
import { draftStorageKey, readStoredDraft } from '../features/composer/draft/stored-draft.ts';
import { useIsShown } from '../ui/shown.tsx';
import { whenIdle } from '../ui/when-idle.ts';

/** The open composer; another `sessionKey` mounts a new one, which loads the draft again. */
export type ComposerState = {
  kind: 'reply' | 'forward' | 'note';
  all?: boolean;
  forwardedId?: string;
  sessionKey: number;
};

const reply: ComposerState = { kind: 'reply', sessionKey: 0 };

/**
 * The composer to render for `composer`: while none is open, a reply that is kept hidden, once the browser is idle
 * and unless a reply was begun already. `key` is the same for the hidden reply and for the open one that it becomes.
 */
export function usePreparedComposer(
  { instanceId, conversationId, userId }: { instanceId: string; conversationId: string; userId: string },
  composer: ComposerState | null,
  loadComposer: () => Promise<unknown>,
): { shown: ComposerState | null; key: string } {
  const client = useQueryClient();
  const isOpen = composer !== null;
  const isShown = useIsShown();
  const [{ wasOpen, round, isPrepared }, setState] = useState({
    wasOpen: isOpen,
    round: 0,
    isPrepared: false,
  });
  if (wasOpen !== isOpen) {
    // A reply to all has other recipients to load, and what was closed is not shown again.
    const isAnother = !isOpen || composer.all;
    setState({ wasOpen: isOpen, round: isAnother ? round + 1 : round, isPrepared: !isAnother && isPrepared });
  }
  const hasBegun = useHasBegunReply({ instanceId, conversationId, userId }, isShown && !isOpen);
  const canPrepare = isShown && !isOpen && hasBegun === false;
  useEffect(() => {
    if (!canPrepare) return;
    let isCurrent = true;
    const cancel = whenIdle(async () => {
      await Promise.all([loadComposer(), preloadReplyData(client, instanceId, conversationId)]);
      if (isCurrent)
        setState((before) => ({ ...before, isPrepared: !before.wasOpen && before.round === round }));
    });
    return () => {
      isCurrent = false;
      cancel();
    };
  }, [canPrepare, round, client, instanceId, conversationId, loadComposer]);
  const shown = composer ?? (isPrepared && canPrepare ? reply : null);
  return { shown, key: `${shown?.kind} ${shown?.sessionKey} ${round}` };
}

/** Whether there is an unsent reply, on the server or in this browser; undefined until that is known. */
function useHasBegunReply(
  { instanceId, conversationId, userId }: { instanceId: string; conversationId: string; userId: string },
  enabled: boolean,
): boolean | undefined {
  const saved = useQuery({ ...drafts(instanceId, conversationId), enabled }).data?.drafts;
  const storageKey = draftStorageKey(userId, { kind: 'reply', conversationId });
  const isStored = useSyncExternalStore(onStorage, () => readStoredDraft(storageKey) !== null);
  return saved && (isStored || saved.some(({ kind }) => kind === 'reply'));
}

/** Storage events report what other windows store; what this one stores is read at the next render. */
function onStorage(changed: () => void): () => void {
  addEventListener('storage', changed);
  return () => removeEventListener('storage', changed);
}

async function preloadReplyData(client: QueryClient, instanceId: string, conversationId: string) {
  await Promise.all([
    client.prefetchQuery(senders(instanceId)),
    client.prefetchQuery(replyDefaults(instanceId, conversationId)),
    client.prefetchQuery(writingSettings(instanceId)),
    client.prefetchQuery(savedReplies(instanceId)),
  ]);
}
