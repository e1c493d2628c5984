import { useState } from 'react';
import { api, type ProblemError, problemOf, unwrapResponse } from '../../../api/client.ts';
import type { OpenDraft } from '../draft/use-draft.ts';
import type { ComposerProps } from './composer-props.ts';
import type { SendOptions } from './send-button.tsx';

/** Saves and sends a draft, unless it is blocked; `problem` is why that failed, where it still matters. */
export function useSendDraft({
  instanceId,
  draft,
  blocked,
  onSent,
}: Pick<ComposerProps, 'instanceId' | 'onSent'> & { draft: OpenDraft; blocked: boolean }) {
  const [sending, setSending] = useState(false);
  const [error, setError] = useState<ProblemError | null>(null);
  const { state, conflict } = draft;

  async function send({ sendAt, done = false }: SendOptions) {
    if (sending || blocked) return;
    const alreadyWarned = (state?.cardNumbers ?? 0) > 0;
    setSending(true);
    setError(null);
    try {
      const saved = await draft.ensureSaved();
      // The draft itself shows other problems; only a server that does not answer is reported here.
      if (!saved) {
        if (draft.current()?.status === 'local') setError(problemOf(0, null));
        return;
      }
      // This save removed card numbers: show the warning first, and send at the next click.
      if (saved.cardNumbers > 0 && !alreadyWarned) return;
      const sent = await unwrapResponse(
        api.POST('/api/instances/{instanceId}/drafts/{draftId}/send', {
          params: { path: { instanceId, draftId: saved.id } },
          body: { version: saved.version, done, ...(sendAt && { sendAt: sendAt.toISOString() }) },
        }),
      );
      draft.done();
      onSent(sent);
    } catch (thrown) {
      setError(thrown as ProblemError);
    } finally {
      setSending(false);
    }
  }

  const outdated = conflict !== null || (error?.code === 'unreachable' && state?.status === 'saved');
  return { sending, send, problem: outdated ? null : error };
}
