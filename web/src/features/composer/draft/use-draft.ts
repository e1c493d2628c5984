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
export type DraftPlace = { kind: DraftKind; conversationId: string | null; draftId?: string };

/** A pause of this long (ms) after the last letter saves. */
const pause = 700;
const again = 4_000;

type State = {
  id: string;
  version: number;
  words: DraftContent;
  attachments: DraftAttachment[];
  forwarded: Draft['forwarded'];
  savedAt: Date | null;
  /** `kept`: the server does not answer, this browser has it. */
  status: 'saved' | 'saving' | 'kept';
  /** How many numbers of payment cards the server took out as it saved these words. */
  cardNumbers: number;
  /** Counts how often the words were replaced from outside the editor. */
  replaced: number;
};

const wordsOf = ({ mailboxId, to, cc, bcc, subject, html }: Draft): DraftContent => ({
  mailboxId,
  to,
  cc,
  bcc,
  subject,
  html,
});
const same = (one: DraftContent, other: DraftContent) => JSON.stringify(one) === JSON.stringify(other);

/**
 * A draft that saves itself: on the server after each pause, in this browser until the server has it.
 * What another window saved in between is never written over; it is a `conflict`, for the writer to decide.
 */
export function useDraft(
  instanceId: string,
  place: DraftPlace,
  begin: (words: DraftContent) => DraftContent,
) {
  const client = useQueryClient();
  const { kind, conversationId, draftId } = place;
  // Two people may use one browser, one after the other.
  const writer = client.getQueryData(me.queryKey)?.user.id ?? '';
  const keptAt = `${writer} ${conversationId ? `${conversationId} ${kind}` : `new ${draftId}`}`;
  const [state, setState] = useState<State | null>(null);
  const [conflict, setConflict] = useState<Draft | null>(null);
  const [notice, setNotice] = useState<'gone' | null>(null);
  const [problem, setProblem] = useState<ProblemError | null>(null);
  // What is true now, for what runs later: a save, an upload, a live event.
  const now = useRef<State | null>(null);
  const dirty = useRef(false);
  const closed = useRef(false);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const running = useRef<Promise<boolean>>(Promise.resolve(true));
  const conflicting = useRef(false);

  const put = useCallback((change: Partial<State>) => {
    if (!now.current) return;
    now.current = { ...now.current, ...change };
    setState(now.current);
  }, []);
  const listed = useCallback(async (): Promise<Draft | undefined> => {
    const query = draftsQuery(instanceId, conversationId);
    const { drafts } = await client.fetchQuery(query);
    return drafts.find((draft) => (draftId ? draft.id === draftId : draft.kind === kind));
  }, [client, instanceId, conversationId, draftId, kind]);
  const adopt = useCallback(
    (draft: Draft) =>
      put({
        id: draft.id,
        version: draft.version,
        words: wordsOf(draft),
        attachments: draft.attachments,
        forwarded: draft.forwarded,
        savedAt: new Date(draft.changedAt),
        status: 'saved',
        cardNumbers: 0,
        replaced: (now.current?.replaced ?? 0) + 1,
      }),
    [put],
  );

  const saveOnce = useCallback(async (): Promise<boolean> => {
    const before = now.current;
    if (!before || conflicting.current) return false;
    dirty.current = false;
    put({ status: 'saving' });
    try {
      const { draft, cardNumbers } = await unwrapResponse(
        api.PUT('/api/instances/{instanceId}/drafts/{draftId}', {
          params: { path: { instanceId, draftId: before.id } },
          body: { version: before.version, kind, conversationId, ...before.words },
        }),
      );
      put({ version: draft.version, savedAt: new Date(draft.changedAt), status: 'saved', cardNumbers });
      setProblem(null);
      if (!dirty.current) writeStoredDraft(keptAt, null);
      return true;
    } catch (error) {
      const { code, status } = error as ProblemError;
      dirty.current = true;
      put({ status: 'kept' });
      if (code === 'draft-conflict') {
        const other = await listed().catch(() => undefined);
        if (other) {
          conflicting.current = true;
          setConflict(other);
        }
      } else if (code === 'no-such-draft') {
        setNotice('gone');
        put({ id: uuid(), version: 0, attachments: [] });
        plan(0);
      } else if (status === 0 || status >= 500) plan(again);
      else setProblem(error as ProblemError);
      return false;
    }
  }, [instanceId, kind, conversationId, keptAt, put, listed]);

  /** One save after another; each sends what is true when its turn comes. */
  const save = useCallback((): Promise<boolean> => {
    clearTimeout(timer.current);
    running.current = running.current.then(() => (dirty.current ? saveOnce() : true));
    return running.current;
  }, [saveOnce]);
  const plan = useCallback(
    (after: number) => {
      clearTimeout(timer.current);
      timer.current = setTimeout(() => void save(), after);
    },
    [save],
  );

  const edit = useCallback(
    (part: Partial<DraftContent>) => {
      const before = now.current;
      if (!before || closed.current) return;
      const words = { ...before.words, ...part };
      if (same(words, before.words)) return;
      put({ words });
      // Recipients that were only proposed are not worth keeping.
      const written =
        !isEmptyHtml(words.html) ||
        before.version > 0 ||
        (kind === 'new' && words.to.length + words.subject.length > 0);
      if (!written) return;
      dirty.current = true;
      const { id, version } = before;
      writeStoredDraft(keptAt, { id, version, words });
      plan(pause);
    },
    [put, plan, keptAt, kind],
  );

  // What there is: on the server, and in this browser because the server had not answered.
  useEffect(() => {
    let left = false;
    void (async () => {
      // Closed and opened again at once: first what was written before arrives.
      await closingDrafts.get(keptAt);
      const stored = await listed().catch((error) => {
        setProblem(error as ProblemError);
        return undefined;
      });
      if (left) return;
      const kept = readStoredDraft(keptAt);
      const none: DraftContent = { mailboxId: null, to: [], cc: [], bcc: [], subject: '', html: '' };
      const fresh = {
        attachments: [],
        forwarded: null,
        savedAt: null,
        status: 'saved' as const,
        cardNumbers: 0,
        replaced: 0,
      };
      if (!stored) {
        now.current = { ...fresh, id: draftId ?? uuid(), version: 0, words: begin(kept?.words ?? none) };
        setState(now.current);
      } else {
        now.current = { ...fresh, id: stored.id, version: 0, words: none };
        adopt({ ...stored, ...begin(wordsOf(stored)) });
      }
      if (!kept || isEmptyHtml(kept.words.html)) return;
      if (stored && (kept.id !== stored.id || kept.version !== stored.version)) {
        if (same(kept.words, wordsOf(stored))) return writeStoredDraft(keptAt, null);
        conflicting.current = true;
        put({ words: kept.words });
        setConflict(stored);
        return;
      }
      put({ words: kept.words, replaced: (now.current?.replaced ?? 0) + 1 });
      dirty.current = true;
      plan(0);
    })();
    return () => {
      left = true;
    };
  }, []);

  // Another window of this user saved: shown here, where nothing is unsaved.
  useEffect(
    () =>
      client.getQueryCache().subscribe(({ query, type }) => {
        const { queryKey } = draftsQuery(instanceId, conversationId);
        if (type !== 'updated' || JSON.stringify(query.queryKey) !== JSON.stringify(queryKey)) return;
        const mine = now.current;
        const other = (query.state.data as { drafts: Draft[] } | undefined)?.drafts.find(
          ({ id }) => id === mine?.id,
        );
        if (!mine || !other || dirty.current || mine.status !== 'saved' || closed.current) return;
        if (other.version > mine.version) adopt(other);
        else if (other.version === mine.version && other.attachments.length !== mine.attachments.length)
          put({ attachments: other.attachments });
      }),
    [client, instanceId, conversationId, adopt, put],
  );
  useEffect(() => {
    // A laptop that is closed, a tab that is left: saved without waiting for the pause.
    const leave = () => document.visibilityState === 'hidden' && dirty.current && void save();
    document.addEventListener('visibilitychange', leave);
    openDrafts.set(keptAt, save);
    return () => {
      document.removeEventListener('visibilitychange', leave);
      if (openDrafts.get(keptAt) === save) openDrafts.delete(keptAt);
      if (!dirty.current || closed.current) return;
      const saved = save().finally(() => {
        closingDrafts.delete(keptAt);
        void client.invalidateQueries({ queryKey: [instanceId, 'drafts'] });
      });
      closingDrafts.set(keptAt, saved);
    };
  }, [client, instanceId, save, keptAt]);

  return {
    state,
    conflict,
    notice,
    problem,
    edit,
    /** Saves what is unsaved; also an empty draft, where something is to be tied to it. */
    async ensureSaved(): Promise<State | null> {
      if (now.current?.version === 0) dirty.current = true;
      return (await save()) ? now.current : null;
    },
    current: () => now.current,
    setAttachments: (change: (before: DraftAttachment[]) => DraftAttachment[]) =>
      put({ attachments: change(now.current?.attachments ?? []) }),
    /** The writer decides between two windows' words. */
    resolve(keep: 'mine' | 'theirs') {
      if (!conflict) return;
      conflicting.current = false;
      setConflict(null);
      if (keep === 'theirs') {
        dirty.current = false;
        writeStoredDraft(keptAt, null);
        adopt(conflict);
      } else {
        dirty.current = true;
        put({ id: conflict.id, version: conflict.version, attachments: conflict.attachments });
        plan(0);
      }
    },
    /** Nothing more is saved: it was sent. */
    done() {
      closed.current = true;
      dirty.current = false;
      clearTimeout(timer.current);
      writeStoredDraft(keptAt, null);
      void client.invalidateQueries({ queryKey: [instanceId, 'drafts'] });
    },
    async discard() {
      const { id, version } = now.current ?? { id: '', version: 0 };
      closed.current = true;
      dirty.current = false;
      clearTimeout(timer.current);
      writeStoredDraft(keptAt, null);
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
