import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { v4 as uuid } from 'uuid';
import { me } from '../../../api/queries/account.ts';
import { createDraftApi } from './draft-api.ts';
import type { DraftContent, DraftTarget } from './draft-content.ts';
import { DraftSession } from './draft-session.ts';
import { closingDrafts, openDrafts } from './open-drafts.ts';
import { draftStorageKey } from './stored-draft.ts';

/** The draft of a target while the component is mounted; `initialize` completes the content it starts with. */
export function useDraft(
  instanceId: string,
  target: DraftTarget,
  initialize: (content: DraftContent) => DraftContent,
) {
  const client = useQueryClient();
  const { kind, draftId } = target;
  const storageKey = draftStorageKey(client.getQueryData(me.queryKey)?.user.id ?? '', target);
  const [draftApi] = useState(() => createDraftApi(client, instanceId, target));
  const [session] = useState(() => new DraftSession(draftApi, storageKey, kind));
  const snapshot = useSyncExternalStore(session.subscribe, session.getSnapshot);

  useEffect(() => {
    const unmount = new AbortController();
    // Where the same draft was closed a moment ago, its last save arrives first.
    void Promise.resolve(closingDrafts.get(storageKey)).then(() =>
      session.load(draftId ?? uuid(), initialize, unmount.signal),
    );
    return () => unmount.abort();
  }, []);

  useEffect(() => draftApi.subscribe(session.receive), [draftApi, session]);

  useEffect(() => {
    // A closed laptop or an abandoned tab: save at once.
    const saveWhenHidden = () =>
      document.visibilityState === 'hidden' && session.dirty && void session.save();
    document.addEventListener('visibilitychange', saveWhenHidden);
    openDrafts.set(storageKey, session.save);
    return () => {
      document.removeEventListener('visibilitychange', saveWhenHidden);
      if (openDrafts.get(storageKey) === session.save) openDrafts.delete(storageKey);
      if (!session.dirty || session.closed) return;
      const saved = session.save().finally(() => {
        closingDrafts.delete(storageKey);
        draftApi.invalidateLists();
      });
      closingDrafts.set(storageKey, saved);
    };
  }, [session, storageKey, draftApi]);

  const { edit, ensureSaved, setAttachments, resolve, leave, done, discard } = session;
  return {
    ...snapshot,
    storageKey,
    edit,
    ensureSaved,
    setAttachments,
    resolve,
    leave,
    done,
    discard,
    /** The state now, for what runs after a render. */
    current: () => session.state,
  };
}

export type OpenDraft = ReturnType<typeof useDraft>;
