import { useEffect, useEffectEvent, useRef, useState } from 'react';
import type { BulkMessage } from '../../api/client.ts';
import { type BulkContent, keepBulkMessage, readKeptBulkMessage } from './bulk-draft-storage.ts';
import type { useBulkMessage } from './queries.ts';

/** Time without an edit before a save, in milliseconds. */
const saveDelayMs = 700;
const retryDelayMs = 4_000;

export type BulkDraft = ReturnType<typeof useBulkDraft>;

/**
 * What a bulk message says while it is written. It saves itself after each pause, when it is left and when the page is
 * hidden, and is kept in this browser until the server has it. `bulk` is null until it was saved once.
 */
export function useBulkDraft(
  target: { instanceId: string; bulkId: string; userId: string },
  bulk: BulkMessage | null,
  { save }: ReturnType<typeof useBulkMessage>,
  /** What it is sent from until one is chosen; null while that is unknown. */
  defaultMailboxId: string | null,
) {
  const { userId, bulkId } = target;
  const [edited, setEdited] = useState<BulkContent | null>(() => readKeptBulkMessage(userId, bulkId));
  const chosen = edited ?? contentOf(bulk);
  const content = chosen.mailboxId ? chosen : { ...chosen, mailboxId: defaultMailboxId, alias: null };
  const text = JSON.stringify(content);
  // The server may have cleaned the HTML, so that what it has differs from what was saved.
  const [savedText, setSavedText] = useState(JSON.stringify(contentOf(bulk)));
  const isUnsaved = edited !== null && text !== savedText;
  const isStopped = useRef(false);
  const running = useRef<Promise<unknown>>(Promise.resolve());
  const { isPending, error } = save;
  const mayRetry = error !== null && (error.status === 0 || error.status >= 500);

  const saveNow = useEffectEvent(() => {
    const { mailboxId, ...rest } = content;
    if (!isUnsaved || !mailboxId) return;
    // One after the other; also when the page of the message is left meanwhile.
    running.current = running.current.then(async () => {
      if (isStopped.current) return;
      await save.mutateAsync({ mailboxId, ...rest }).then(
        () => {
          setSavedText(text);
          if (JSON.stringify(readKeptBulkMessage(userId, bulkId)) === text) keepBulkMessage(target, null);
        },
        () => {}, // It is shown, and tried again.
      );
    });
  });
  useEffect(() => {
    if (!isUnsaved || isPending || !text) return;
    const timer = setTimeout(saveNow, mayRetry ? retryDelayMs : saveDelayMs);
    return () => clearTimeout(timer);
  }, [text, isUnsaved, isPending, mayRetry]);
  useEffect(() => {
    const saveWhenHidden = () => document.visibilityState === 'hidden' && saveNow();
    document.addEventListener('visibilitychange', saveWhenHidden);
    return () => {
      document.removeEventListener('visibilitychange', saveWhenHidden);
      saveNow();
    };
  }, []);

  return {
    content,
    edit(changes: Partial<BulkContent>) {
      const next = { ...content, ...changes };
      if (JSON.stringify(next) === text) return;
      setEdited(next);
      keepBulkMessage(target, next);
    },
    isUnsaved,
    /** null: nothing was written yet. */
    status: isUnsaved ? (mayRetry ? 'kept' : 'saving') : bulk ? 'saved' : null,
    problem: mayRetry ? null : error,
    /** Ends the saving of what is discarded. */
    stop() {
      isStopped.current = true;
      keepBulkMessage(target, null);
    },
  } as const;
}

/** The properties in one order, so that contents can be compared as JSON. */
function contentOf(bulk: BulkMessage | null): BulkContent {
  const { mailboxId = null, alias = null, subject = '', html = '' } = bulk ?? {};
  return { mailboxId, alias, subject, html };
}
