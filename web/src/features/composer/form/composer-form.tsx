import { notifications } from '@mantine/notifications';
import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import type { ProblemError, SavedReply, Sender } from '../../../api/client.ts';
import { t } from '../../../locales/messages.ts';
import { chosenSender } from '../../../ui/sender-options.ts';
import { DraftAttachments } from '../attachments/draft-attachments.tsx';
import { useAttachments } from '../attachments/use-attachments.ts';
import { useFileDrop } from '../attachments/use-file-drop.ts';
import { type DraftContent, emptyContent, isEmptyHtml } from '../draft/draft-content.ts';
import { type OpenDraft, useDraft } from '../draft/use-draft.ts';
import styles from '../styles/composer.module.css';
import { ComposerEditor } from './composer-editor.tsx';
import { ComposerFooter } from './composer-footer.tsx';
import { ComposerHeader } from './composer-header.tsx';
import type { ComposerProps } from './composer-props.ts';
import { ComposerWarnings } from './composer-warnings.tsx';
import { HeaderFields } from './header-fields.tsx';
import { mergeRecipients, NewParticipants, type ReplyDefaults } from './new-participants.tsx';
import { QuotedMessages } from './quoted-messages.tsx';
import { formatAddress } from './recipients.ts';
import { SendNotices } from './send-notices.tsx';
import { SignaturePreview } from './signature-preview.tsx';
import { UnawareOfCopy } from './unaware-of-copy.tsx';
import { useInsertFiles } from './use-insert-files.ts';
import { isBlank as isBlankDraft, useSendDraft } from './use-send-draft.ts';

type ComposerFormProps = ComposerProps & {
  senders: Sender[];
  defaults: ReplyDefaults | null;
  signature: string;
  savedReplies: SavedReply[];
  /** Who can be mentioned in a note. */
  people: Array<{ id: string; name: string }>;
};

/** The composer, once the data it starts with is loaded. */
export function ComposerForm(props: ComposerFormProps) {
  const { instanceId, kind, conversationId, layout, senders, defaults } = props;
  const [hasChosenAll, setHasChosenAll] = useState(false);
  const all = props.all || hasChosenAll;
  const draft = useComposerDraft({ ...props, all });
  const { state, edit } = draft;
  const files = useAttachments(instanceId, draft);
  const { editorRef, insertFiles, uploadPicture } = useInsertFiles(files);
  const isDraggedOver = useFileDrop((dropped) => insertFiles(dropped, true), props.isShown);
  const isNote = kind === 'note';
  const isBlank = isBlankDraft(draft, kind);
  const isUploading = files.uploading.length > 0;
  const delivery = useSendDraft({ ...props, draft, uploads: files.uploads });
  const { sending, send, waiting } = delivery;
  async function close() {
    if (isBlank && !isUploading && state?.version) await draft.discard().catch(() => {});
    props.onClose();
  }
  // The first Escape takes back what was asked for last.
  const stepBack = () => (waiting ? delivery.cancelWait() : void close());
  async function discard() {
    try {
      await draft.discard();
    } catch (error) {
      const { message, detail } = error as ProblemError;
      notifications.show({
        color: 'red',
        title: t('composer.notDiscarded'),
        message: `${message} ${detail}`,
      });
    }
    props.onClose();
  }
  if (!state) return <section className={`${styles.composer} ${styles[layout]} ${styles.empty}`} />;
  const title = t(`composer.kinds.${all ? 'replyAll' : kind}`);
  const sender = chosenSender(senders, state.content);
  return (
    <section
      className={`${styles.composer} ${styles[layout]} ${isNote ? styles.note : ''} ${isDraggedOver ? styles.dropping : ''}`}
      aria-label={title}
      onKeyDown={(event) => handleKey(event, { onSend: () => void send({}), onClose: stepBack })}
    >
      <ComposerHeader
        title={title}
        isTitleOfPage={kind === 'new' && layout === 'page'}
        save={draft.ensureSaved}
        onReplyAll={!all && leavesOut(state.content, defaults) ? () => setHasChosenAll(true) : undefined}
        onPopOut={props.onPopOut}
        onLeave={props.onClose}
        onClose={() => void close()}
      />
      {!isNote && (
        <HeaderFields {...{ instanceId, kind, senders, sender }} value={state.content} onChange={edit} />
      )}
      <ComposerWarnings sender={sender} isNote={isNote} draft={draft} />
      {defaults &&
        (['newParticipant', 'ignoredReplyTo'] as const).map((text) => (
          <NewParticipants
            key={text}
            text={text}
            participants={text === 'newParticipant' ? defaults.newParticipants : defaults.ignoredReplyTo}
            currentRecipients={[...state.content.to, ...state.content.cc, ...state.content.bcc]}
            onAdd={(participant) => edit({ to: [...state.content.to, formatAddress(participant)] })}
          />
        ))}
      {defaults && <UnawareOfCopy people={defaults.unawareOfCopy} fields={state.content} onChange={edit} />}
      <ComposerEditor
        {...{ instanceId, kind, state, draft, editorRef, uploadPicture }}
        placeholderValues={props.placeholderValues}
        {...(props.isShown && { isShown: props.isShown })}
        savedReplies={props.savedReplies}
        people={props.people}
        onFiles={insertFiles}
        onUploads={(running) => files.uploads.track(running)}
        onSend={() => void send({})}
        onEscape={stepBack}
      />
      <SignaturePreview html={props.signature} />
      {!isNote && conversationId !== null && (
        <QuotedMessages {...{ instanceId, conversationId }} content={state.content} onChange={edit} />
      )}
      <DraftAttachments {...files} onRemove={files.remove} forwarded={state.forwarded} />
      <ComposerProblem problem={draft.problem ?? delivery.problem} uploadErrors={files.uploadErrors} />
      <SendNotices editorRef={editorRef} delivery={delivery} />
      <ComposerFooter
        isNote={isNote}
        inConversation={conversationId !== null}
        status={isBlank || draft.conflict ? null : state}
        blocked={(isBlank && !isUploading) || draft.conflict !== null}
        sending={sending || waiting}
        onDiscard={() => void discard()}
        onSend={(options) => void send(options)}
      />
    </section>
  );
}

/** The draft, which starts with the default sender and the proposed recipients. */
function useComposerDraft(props: ComposerFormProps): OpenDraft {
  const { instanceId, kind, conversationId, draftId, all = false, senders, defaults, prefilled } = props;
  const draft = useDraft(instanceId, { kind, conversationId, ...(draftId && { draftId }) }, (stored) => ({
    ...stored,
    ...(stored === emptyContent && prefilled),
    ...(kind !== 'note' && {
      ...(stored.mailboxId === null && {
        mailboxId: defaults?.mailboxId ?? senders[0]?.mailboxId ?? null,
        alias: defaults?.alias ?? null,
      }),
    }),
    ...(defaults && mergeRecipients(stored, defaults, all)),
  }));
  const { state, edit } = draft;
  // Reply, then Reply all in the same draft: add the other recipients once; the user can remove them.
  const wasReplyAll = useRef(all);
  useEffect(() => {
    if (wasReplyAll.current === all || !state || !defaults) return;
    wasReplyAll.current = all;
    if (all) edit(mergeRecipients(state.content, defaults, true));
  }, [all, state, defaults, edit]);
  // A reply in which nothing is written yet goes to those proposed now, such as the customer that the
  // conversation was moved to. One that is saved is changed by the server.
  const proposed = useRef(defaults);
  useEffect(() => {
    const before = proposed.current;
    proposed.current = defaults;
    if (!before || !defaults || !state || isSameTo(before, defaults)) return;
    const { to, html } = state.content;
    const isAsProposed = to.join() === before.to.map(formatAddress).join();
    if (isAsProposed && isEmptyHtml(html)) edit({ to: defaults.to.map(formatAddress) });
  }, [state, defaults, edit]);
  return draft;
}

/** Whether a reply to all would have more recipients. */
function leavesOut(content: DraftContent, defaults: ReplyDefaults | null): boolean {
  return defaults !== null && mergeRecipients(content, defaults, true).cc.length > content.cc.length;
}

function isSameTo(one: ReplyDefaults, other: ReplyDefaults): boolean {
  return one.to.map(({ address }) => address).join() === other.to.map(({ address }) => address).join();
}

/** ⌘/Ctrl+Enter sends and Escape closes, unless a menu or popover handles the key. */
function handleKey(
  event: KeyboardEvent<HTMLElement>,
  { onSend, onClose }: { onSend(): void; onClose(): void },
): void {
  // React events also bubble from portals, which are elsewhere in the document.
  const inside = event.currentTarget.contains(event.target as Node);
  if (!inside || event.defaultPrevented) return;
  if (event.key === 'Enter' && (event.metaKey || event.ctrlKey)) onSend();
  const isExpanded = (event.target as Element).getAttribute('aria-expanded') === 'true';
  if (event.key === 'Escape' && !isExpanded) onClose();
}

function ComposerProblem({
  problem,
  uploadErrors,
}: {
  problem: ProblemError | null;
  uploadErrors: string[];
}): ReactNode {
  if (!problem && uploadErrors.length === 0) return null;
  return (
    <div className={styles.problem} role="alert">
      {problem && (
        <div>
          <b>{problem.message}</b> {problem.detail}
        </div>
      )}
      {uploadErrors.map((error) => (
        <div key={error}>{error}</div>
      ))}
    </div>
  );
}
