import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { api, type ProblemError, unwrapResponse } from '../../../api/client.ts';
import { hasFailed } from '../../../api/has-failed.ts';
import { replyDefaults, savedReplies, writingSettings } from '../../../api/queries/composer.ts';
import { senders } from '../../../api/queries/mailboxes.ts';
import { people } from '../../../api/queries/people.ts';
import { t } from '../../../locales/messages.ts';
import { discardHeldKeys } from '../../../ui/hold-keys.ts';
import { LoadingState } from '../../../ui/states.tsx';
import styles from '../styles/composer.module.css';
import { ComposerForm } from './composer-form.tsx';
import type { ComposerProps } from './composer-props.ts';

/** The composer of replies, notes, forwarded and new messages; loads the data it starts with. */
export default function Composer(props: ComposerProps) {
  const { instanceId, kind, conversationId } = props;
  const isReply = kind === 'reply' && conversationId !== null;
  const from = useQuery({ ...senders(instanceId), enabled: kind !== 'note' });
  const defaults = useQuery({ ...replyDefaults(instanceId, conversationId ?? ''), enabled: isReply });
  const settings = useQuery(writingSettings(instanceId));
  const savedRepliesQuery = useQuery(savedReplies(instanceId));
  const members = useQuery({ ...people(instanceId), enabled: kind === 'note' });
  const forwardedDraft = useForwardedDraft(props);
  const problem =
    (hasFailed(from) && from.error) || (hasFailed(defaults) && defaults.error) || forwardedDraft.problem;
  const hasNoSender = kind !== 'note' && from.data?.senders.length === 0;
  const cannotWrite = Boolean(problem) || hasNoSender;
  useEffect(() => {
    if (cannotWrite) discardHeldKeys();
  }, [cannotWrite]);
  if (problem) {
    const { message, detail } = problem as ProblemError;
    return (
      <Frame {...props}>
        <div className={styles.problem} role="alert">
          <b>{message}</b> {detail}
        </div>
      </Frame>
    );
  }
  if (hasNoSender) {
    return (
      <Frame {...props}>
        <Text fw={600}>{t('composer.noSender')}</Text>
        <Text c="var(--text-muted)">{t('composer.noSenderText')}</Text>
      </Frame>
    );
  }
  // The signature is above the button that sends, and would move it.
  const ready =
    (kind === 'note' || (from.data && !settings.isLoading)) &&
    (!isReply || defaults.data) &&
    forwardedDraft.ready;
  if (!ready) {
    return (
      <Frame {...props}>
        <LoadingState lines={3} />
      </Frame>
    );
  }
  return (
    <ComposerForm
      {...props}
      senders={from.data?.senders ?? []}
      // A query that is not enabled has what another composer loaded.
      defaults={(isReply && defaults.data) || null}
      signature={kind === 'note' ? '' : (settings.data?.signature ?? '')}
      savedReplies={savedRepliesQuery.data?.savedReplies ?? []}
      people={kind === 'note' ? (members.data?.people ?? []) : []}
    />
  );
}

function Frame({ layout, children }: Pick<ComposerProps, 'layout'> & { children: React.ReactNode }) {
  return <section className={`${styles.composer} ${styles[layout]} ${styles.empty}`}>{children}</section>;
}

/** Has the server create the draft of a forwarded message, with its attachments, or find the existing one. */
function useForwardedDraft({ instanceId, forwardedId }: ComposerProps) {
  const [outcome, setOutcome] = useState<{ ready: boolean; problem: ProblemError | null }>({
    ready: !forwardedId,
    problem: null,
  });
  useEffect(() => {
    if (!forwardedId) return;
    unwrapResponse(
      api.POST('/api/instances/{instanceId}/messages/{messageId}/forward', {
        params: { path: { instanceId, messageId: forwardedId } },
      }),
    ).then(
      () => setOutcome({ ready: true, problem: null }),
      (problem: ProblemError) => setOutcome({ ready: false, problem }),
    );
  }, [instanceId, forwardedId]);
  return outcome;
}
