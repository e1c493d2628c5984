import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';
import { v4 as uuid } from 'uuid';
import {
  api,
  type Draft,
  type DraftAttachment,
  type ProblemError,
  unwrapResponse,
} from '../../../api/client.ts';
import { drafts as draftsQuery, me } from '../../../api/queries.ts';
import { closingDrafts, isEmptyHtml, openDrafts } from './open-drafts.ts';
import { type DraftContent, readStoredDraft, writeStoredDraft } from './stored-draft.ts';

export type DraftKind = Draft['kind'];
/** Where a draft belongs: a conversation and its kind, or a new message by its id. */
export type DraftTarget = { kind: DraftKind; conversationId: string | null; draftId?: string };

/** A pause of this long (ms) after the last letter saves. */
const saveDelayMs = 700;
const retryDelayMs = 4_000;

type DraftState = {
  id: string;
  version: number;
  content: DraftContent;
  attachments: DraftAttachment[];
  forwarded: Draft['forwarded'];
  savedAt: Date | null;
  /** `kept`: the server does not answer, this browser has it. */
  status: 'saved' | 'saving' | 'kept';
  /** How many numbers of payment cards the server took out as it saved these words. */
  cardNumbers: number;
  /** Counts how often the words were replaced from outside the editor. */
  revision: number;
};

const contentOf = ({ mailboxId, to, cc, bcc, subject, html }: Draft): DraftContent => ({
  mailboxId,
  to,
  cc,
  bcc,
  subject,
  html,
});
const sameContent = (one: DraftContent, other: DraftContent) => JSON.stringify(one) === JSON.stringify(other);

/**
 * A draft that saves itself: on the server after each pause, in this browser until the server has it.
 * What another window saved in between is never written over; it is a `conflict`, for the writer to decide.
 */
export function useDraft(
  instanceId: string,
  target: DraftTarget,
  initialize: (words: DraftContent) => DraftContent,
) {
  const client = useQueryClient();
  const { kind, conversationId, draftId } = target;
  // Two people may use one browser, one after the other.
  const userId = client.getQueryData(me.queryKey)?.user.id ?? '';
  const storageKey = `${userId} ${conversationId ? `${conversationId} ${kind}` : `new ${draftId}`}`;
  const [state, setState] = useState<DraftState | null>(null);
  const [conflict, setConflict] = useState<Draft | null>(null);
  const [notice, setNotice] = useState<'gone' | null>(null);
  const [problem, setProblem] = useState<ProblemError | null>(null);
  // What is true now, for what runs later: a save, an upload, a live event.
  const now = useRef<DraftState | null>(null);
  const dirty = useRef(false);
  const closed = useRef(false);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const running = useRef<Promise<boolean>>(Promise.resolve(true));
  const hasConflict = useRef(false);

  const update = useCallback((change: Partial<DraftState>) => {
    if (!now.current) return;
    now.current = { ...now.current, ...change };
    setState(now.current);
  }, []);
  const fetchStored = useCallback(async (): Promise<Draft | undefined> => {
    const query = draftsQuery(instanceId, conversationId);
    const { drafts } = await client.fetchQuery(query);
    return drafts.find((draft) => (draftId ? draft.id === draftId : draft.kind === kind));
  }, [client, instanceId, conversationId, draftId, kind]);
  const applyServerDraft = useCallback(
    (draft: Draft) =>
      update({
        id: draft.id,
        version: draft.version,
        content: contentOf(draft),
        attachments: draft.attachments,
        forwarded: draft.forwarded,
        savedAt: new Date(draft.changedAt),
        status: 'saved',
        cardNumbers: 0,
        revision: (now.current?.revision ?? 0) + 1,
      }),
    [update],
  );

  const saveNow = useCallback(async (): Promise<boolean> => {
    const before = now.current;
    if (!before || hasConflict.current) return false;
    dirty.current = false;
    update({ status: 'saving' });
    try {
      const { draft, cardNumbers } = await unwrapResponse(
        api.PUT('/api/instances/{instanceId}/drafts/{draftId}', {
          params: { path: { instanceId, draftId: before.id } },
          body: { version: before.version, kind, conversationId, ...before.content },
        }),
      );
      update({ version: draft.version, savedAt: new Date(draft.changedAt), status: 'saved', cardNumbers });
      setProblem(null);
      if (!dirty.current) writeStoredDraft(storageKey, null);
      return true;
    } catch (error) {
      const { code, status } = error as ProblemError;
      dirty.current = true;
      update({ status: 'kept' });
      if (code === 'draft-conflict') {
        const other = await fetchStored().catch(() => undefined);
        if (other) {
          hasConflict.current = true;
          setConflict(other);
        }
      } else if (code === 'no-such-draft') {
        setNotice('gone');
        update({ id: uuid(), version: 0, attachments: [] });
        scheduleSave(0);
      } else if (status === 0 || status >= 500) scheduleSave(retryDelayMs);
      else setProblem(error as ProblemError);
      return false;
    }
  }, [instanceId, kind, conversationId, storageKey, update, fetchStored]);

  /** One save after another; each sends what is true when its turn comes. */
  const save = useCallback((): Promise<boolean> => {
    clearTimeout(timer.current);
    running.current = running.current.then(() => (dirty.current ? saveNow() : true));
    return running.current;
  }, [saveNow]);
  const scheduleSave = useCallback(
    (after: number) => {
      clearTimeout(timer.current);
      timer.current = setTimeout(() => void save(), after);
    },
    [save],
  );

  const edit = useCallback(
    (changes: Partial<DraftContent>) => {
      const before = now.current;
      if (!before || closed.current) return;
      const words = { ...before.content, ...changes };
      if (sameContent(words, before.content)) return;
      update({ content: words });
      // Recipients that were only proposed are not worth keeping.
      const worthSaving =
        !isEmptyHtml(words.html) ||
        before.version > 0 ||
        (kind === 'new' && words.to.length + words.subject.length > 0);
      if (!worthSaving) return;
      dirty.current = true;
      const { id, version } = before;
      writeStoredDraft(storageKey, { id, version, words });
      scheduleSave(saveDelayMs);
    },
    [update, scheduleSave, storageKey, kind],
  );

  // What there is: on the server, and in this browser because the server had not answered.
  useEffect(() => {
    let unmounted = false;
    void (async () => {
      // Closed and opened again at once: first what was written before arrives.
      await closingDrafts.get(storageKey);
      const serverDraft = await fetchStored().catch((error) => {
        setProblem(error as ProblemError);
        return undefined;
      });
      if (unmounted) return;
      const localDraft = readStoredDraft(storageKey);
      const emptyContent: DraftContent = { mailboxId: null, to: [], cc: [], bcc: [], subject: '', html: '' };
      const initialState = {
        attachments: [],
        forwarded: null,
        savedAt: null,
        status: 'saved' as const,
        cardNumbers: 0,
        revision: 0,
      };
      if (!serverDraft) {
        now.current = {
          ...initialState,
          id: draftId ?? uuid(),
          version: 0,
          content: initialize(localDraft?.words ?? emptyContent),
        };
        setState(now.current);
      } else {
        now.current = { ...initialState, id: serverDraft.id, version: 0, content: emptyContent };
        applyServerDraft({ ...serverDraft, ...initialize(contentOf(serverDraft)) });
      }
      if (!localDraft || isEmptyHtml(localDraft.words.html)) return;
      if (serverDraft && (localDraft.id !== serverDraft.id || localDraft.version !== serverDraft.version)) {
        if (sameContent(localDraft.words, contentOf(serverDraft))) return writeStoredDraft(storageKey, null);
        hasConflict.current = true;
        update({ content: localDraft.words });
        setConflict(serverDraft);
        return;
      }
      update({ content: localDraft.words, revision: (now.current?.revision ?? 0) + 1 });
      dirty.current = true;
      scheduleSave(0);
    })();
    return () => {
      unmounted = true;
    };
  }, []);

  // Another window of this user saved: shown here, where nothing is unsaved.
  useEffect(
    () =>
      client.getQueryCache().subscribe(({ query, type }) => {
        const { queryKey } = draftsQuery(instanceId, conversationId);
        if (type !== 'updated' || JSON.stringify(query.queryKey) !== JSON.stringify(queryKey)) return;
        const local = now.current;
        const other = (query.state.data as { drafts: Draft[] } | undefined)?.drafts.find(
          ({ id }) => id === local?.id,
        );
        if (!local || !other || dirty.current || local.status !== 'saved' || closed.current) return;
        if (other.version > local.version) applyServerDraft(other);
        else if (other.version === local.version && other.attachments.length !== local.attachments.length)
          update({ attachments: other.attachments });
      }),
    [client, instanceId, conversationId, applyServerDraft, update],
  );
  useEffect(() => {
    // A laptop that is closed, a tab that is left: saved without waiting for the pause.
    const saveWhenHidden = () => document.visibilityState === 'hidden' && dirty.current && void save();
    document.addEventListener('visibilitychange', saveWhenHidden);
    openDrafts.set(storageKey, save);
    return () => {
      document.removeEventListener('visibilitychange', saveWhenHidden);
      if (openDrafts.get(storageKey) === save) openDrafts.delete(storageKey);
      if (!dirty.current || closed.current) return;
      const saved = save().finally(() => {
        closingDrafts.delete(storageKey);
        void client.invalidateQueries({ queryKey: [instanceId, 'drafts'] });
      });
      closingDrafts.set(storageKey, saved);
    };
  }, [client, instanceId, save, storageKey]);

  return {
    state,
    conflict,
    notice,
    problem,
    edit,
    /** Saves what is unsaved; also an empty draft, where something is to be tied to it. */
    async ensureSaved(): Promise<DraftState | null> {
      if (now.current?.version === 0) dirty.current = true;
      return (await save()) ? now.current : null;
    },
    current: () => now.current,
    setAttachments: (change: (before: DraftAttachment[]) => DraftAttachment[]) =>
      update({ attachments: change(now.current?.attachments ?? []) }),
    /** The writer decides between two windows' words. */
    resolve(choice: 'mine' | 'theirs') {
      if (!conflict) return;
      hasConflict.current = false;
      setConflict(null);
      if (choice === 'theirs') {
        dirty.current = false;
        writeStoredDraft(storageKey, null);
        applyServerDraft(conflict);
      } else {
        dirty.current = true;
        update({ id: conflict.id, version: conflict.version, attachments: conflict.attachments });
        scheduleSave(0);
      }
    },
    /** Nothing more is saved: it was sent. */
    done() {
      closed.current = true;
      dirty.current = false;
      clearTimeout(timer.current);
      writeStoredDraft(storageKey, null);
      void client.invalidateQueries({ queryKey: [instanceId, 'drafts'] });
    },
    async discard() {
      const { id, version } = now.current ?? { id: '', version: 0 };
      closed.current = true;
      dirty.current = false;
      clearTimeout(timer.current);
      writeStoredDraft(storageKey, null);
      await running.current;
      if (version === 0 && now.current?.version === 0) return;
      await unwrapResponse(
        api.DELETE('/api/instances/{instanceId}/drafts/{draftId}', {
          params: { path: { instanceId, draftId: id } },
        }),
      ).catch(() => {});
      void client.invalidateQueries({ queryKey: [instanceId, 'drafts'] });
    },
  };
}
