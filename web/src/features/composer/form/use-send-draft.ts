import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { api, type ProblemError, problemOf, unwrapResponse } from '../../../api/client.ts';
import { addWaiting, removeWaiting } from '../../../api/outbox.ts';
import { afterEarlierChanges } from '../../../api/own-changes.ts';
import { me } from '../../../api/queries/account.ts';
import { conversation } from '../../../api/queries/conversation.ts';
import { t } from '../../../locales/messages.ts';
import { unfilledPlaceholders } from '../../../ui/unfilled-placeholders.ts';
import type { PendingUploads } from '../attachments/pending-uploads.ts';
import { isEmptyHtml } from '../draft/draft-content.ts';
import type { OpenDraft } from '../draft/use-draft.ts';
import type { ComposerProps } from './composer-props.ts';
import type { SendOptions } from './send-button.tsx';
import { useSeenMessage } from './use-seen-message.ts';

/** Why Send did nothing: nothing is written, a placeholder is not filled, or somebody else wrote meanwhile. */
type Stop =
  | { reason: 'blank' }
  | { reason: 'placeholders'; options: SendOptions }
  | { reason: 'answered'; options: SendOptions; problem: ProblemError };

/**
 * Saves and sends a draft, after the uploads that are running; `problem` is why that failed, where it still matters,
 * and `stop` why it was not tried. What waits for uploads is sent although the composer is closed meanwhile.
 */
export function useSendDraft({
  draft,
  uploads,
  ...props
}: ComposerProps & { draft: OpenDraft; uploads: PendingUploads }) {
  const { instanceId, kind, conversationId, onSent, onClose } = props;
  const seenMessageId = useSeenMessage(
    instanceId,
    kind === 'reply' ? conversationId : null,
    isBlank(draft, kind),
  );
  const queue = useQueueDraft(props, draft, seenMessageId);
  const [sending, setSending] = useState(false);
  const [waiting, setWaiting] = useState<AbortController | null>(null);
  const [stop, setStop] = useState<Stop | null>(null);
  const [error, setError] = useState<ProblemError | null>(null);
  const isMounted = useIsMounted();
  const { state, conflict } = draft;
  useWarningBeforeUnload(sending || waiting !== null);

  async function send(options: SendOptions, { unfilled = false } = {}) {
    if (sending || waiting || conflict) return;
    const isTold = stop?.reason === 'answered';
    setError(null);
    const wantsPlaceholders = kind !== 'note' && !unfilled;
    if (wantsPlaceholders && placeholdersOf(draft, kind).length > 0) {
      setStop({ reason: 'placeholders', options });
      return;
    }
    setStop(null);
    if (uploads.count > 0 && !(await uploadsEnd())) return;
    if (isBlank(draft, kind)) {
      setStop({ reason: 'blank' });
      return;
    }
    setSending(true);
    try {
      await sendNow(options, isTold ? null : seenMessageId());
    } catch (thrown) {
      if (isUnreachable(thrown as ProblemError) && queue(options)) {
        if (isMounted.current) onClose();
        return;
      }
      const problem = thrown as ProblemError;
      if (problem.code === 'answered-meanwhile') setStop({ reason: 'answered', options, problem });
      else setError(problem);
      if (!isMounted.current) showNotSent(problem);
    } finally {
      setSending(false);
    }
  }

  /** Waits for the uploads; false if one failed, or the wait was cancelled. */
  async function uploadsEnd(): Promise<boolean> {
    const wait = new AbortController();
    setWaiting(wait);
    const complete = await uploads.settled();
    setWaiting(null);
    if (wait.signal.aborted) return false;
    if (!complete && !isMounted.current) showNotSent(null);
    return complete;
  }

  async function sendNow({ sendAt, done = false }: SendOptions, seenId: string | null) {
    const alreadyWarned = (draft.current()?.cardNumbers ?? 0) > 0;
    const saved = await draft.ensureSaved();
    // The draft itself shows other problems; only a server that does not answer is reported here.
    if (!saved) {
      if (draft.current()?.status === 'local') throw problemOf(0, null);
      return;
    }
    // This save removed card numbers: show the warning first, and send at the next click.
    if (saved.cardNumbers > 0 && !alreadyWarned) return;
    const sent = await afterEarlierChanges(conversationId ? [conversationId] : [], () =>
      unwrapResponse(
        api.POST('/api/instances/{instanceId}/drafts/{draftId}/send', {
          params: { path: { instanceId, draftId: saved.id } },
          body: {
            version: saved.version,
            done,
            ...(sendAt && { sendAt: sendAt.toISOString() }),
            ...(seenId && { seenMessageId: seenId }),
          },
        }),
      ),
    );
    draft.done();
    if (isMounted.current) onSent(sent);
  }

  const outdated = conflict !== null || (error?.code === 'unreachable' && state?.status === 'saved');
  const stillBlank = stop?.reason === 'blank' && isBlank(draft, kind);
  const unfilled = stop?.reason === 'placeholders' ? placeholdersOf(draft, kind) : [];
  return {
    sending,
    send,
    problem: outdated ? null : error,
    /** Whether sending waits for uploads, and how to end that. */
    waiting: waiting !== null,
    cancelWait() {
      waiting?.abort();
      setWaiting(null);
    },
    isStoppedAsBlank: stillBlank,
    /** The placeholders for which sending was stopped and that are still there. */
    unfilled,
    /** Why sending was stopped after somebody else wrote. */
    answered: stop?.reason === 'answered' ? stop.problem : null,
    /** Sends in spite of the unfilled placeholders, or of what somebody else wrote. */
    sendAnyway: async () => {
      if (stop && stop.reason !== 'blank') await send(stop.options, { unfilled: true });
    },
  };
}

const isUnreachable = ({ status }: ProblemError) => status === 0 || status >= 500;

/**
 * Returns what has the draft sent when the server can be reached again; false if this browser stores nothing. A draft
 * that waits, and is opened again, waits no longer: it is sent by another click.
 */
function useQueueDraft(
  { instanceId, kind, conversationId, draftId }: ComposerProps,
  draft: OpenDraft,
  seenMessageId: () => string | null,
): (options: SendOptions) => boolean {
  const client = useQueryClient();
  const id = draft.state?.id;
  useEffect(() => {
    if (id) removeWaiting(id);
  }, [id]);
  return ({ sendAt, done = false }) => {
    const now = draft.current();
    const userId = client.getQueryData(me.queryKey)?.user.id;
    if (!now || !userId) return false;
    const page = conversationId
      ? client.getQueryData(conversation(instanceId, conversationId).queryKey)
      : undefined;
    const isAdded = addWaiting({
      draftId: now.id,
      userId,
      instanceId,
      target: { kind, conversationId, ...(draftId && { draftId }) },
      storageKey: draft.storageKey,
      label: now.content.subject || page?.conversation.subject || now.content.to.join(', '),
      sendAt: sendAt?.toISOString() ?? null,
      done,
      seenMessageId: seenMessageId(),
      problem: null,
    });
    if (isAdded) draft.leave();
    return isAdded;
  };
}

/** The subject is looked at where it is written here: that of a reply is the customer's. */
function placeholdersOf(draft: OpenDraft, kind: ComposerProps['kind']): string[] {
  const { html = '', subject = '' } = draft.current()?.content ?? {};
  return unfilledPlaceholders(html, kind === 'new' ? subject : '');
}

/** Whether a draft has nothing to send. */
export function isBlank(draft: OpenDraft, kind: ComposerProps['kind']): boolean {
  const state = draft.current();
  if (!isEmptyHtml(state?.content.html ?? '')) return false;
  return kind === 'note' || !(state?.attachments.length || state?.forwarded);
}

/** For a composer that is closed already: the draft is kept. */
function showNotSent(problem: ProblemError | null): void {
  notifications.show({
    color: 'red',
    autoClose: false,
    title: t('composer.notSent'),
    message: problem ? `${problem.message} ${problem.detail}` : t('composer.notSentUploads'),
  });
}

function useIsMounted() {
  const isMounted = useRef(true);
  useEffect(() => {
    isMounted.current = true;
    return () => {
      isMounted.current = false;
    };
  }, []);
  return isMounted;
}

/** Has the browser ask before the page is closed. */
function useWarningBeforeUnload(isBusy: boolean): void {
  useEffect(() => {
    if (!isBusy) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', warn);
    return () => window.removeEventListener('beforeunload', warn);
  }, [isBusy]);
}
