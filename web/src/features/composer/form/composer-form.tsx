import type { Editor as Tiptap } from '@tiptap/react';
import { useEffect, useRef, useState } from 'react';
import {
  api,
  type ProblemError,
  problemOf,
  type SavedReply,
  type Sender,
  unwrapResponse,
} from '../../../api/client.ts';
import { t } from '../../../locales/messages.ts';
import { DraftAttachments } from '../attachments/draft-attachments.tsx';
import { useAttachments } from '../attachments/use-attachments.ts';
import { useFileDrop } from '../attachments/use-file-drop.ts';
import { isEmptyHtml } from '../draft/open-drafts.ts';
import { useDraft } from '../draft/use-draft.ts';
import { Editor } from '../editor/editor.tsx';
import { mentionSuggestions } from '../editor/suggestions.tsx';
import styles from '../styles/composer.module.css';
import { ComposerFooter } from './composer-footer.tsx';
import { ComposerHeader } from './composer-header.tsx';
import type { ComposerProps } from './composer-props.ts';
import { ComposerWarnings } from './composer-warnings.tsx';
import { HeaderFields } from './header-fields.tsx';
import { InsertToolbar } from './insert-toolbar.tsx';
import { mergeRecipients, NewParticipants, type ReplyDefaults } from './new-participants.tsx';
import { fillPlaceholders } from './placeholders.ts';
import { formatAddress } from './recipient-field.tsx';
import type { SendOptions } from './send-button.tsx';
import { SignaturePreview } from './signature-preview.tsx';

const inlineImageTypes = /^image\/(png|jpeg|gif|webp)$/;

/** The composer itself, once what it begins with is known. */
export function ComposerForm(
  props: ComposerProps & {
    senders: Sender[];
    defaults: ReplyDefaults | null;
    signature: string;
    savedReplies: SavedReply[];
    /** Who can be named in a note. */
    people: Array<{ id: string; name: string }>;
  },
) {
  const { instanceId, kind, conversationId, draftId, all = false, layout, senders, defaults } = props;
  const draft = useDraft(instanceId, { kind, conversationId, ...(draftId && { draftId }) }, (stored) => ({
    ...stored,
    ...(kind !== 'note' && {
      mailboxId: stored.mailboxId ?? defaults?.mailboxId ?? senders[0]?.mailboxId ?? null,
    }),
    ...(defaults && mergeRecipients(stored, defaults, all)),
  }));
  const { state, edit } = draft;
  const files = useAttachments(instanceId, draft);
  const editor = useRef<Tiptap | null>(null);
  const [sending, setSending] = useState(false);
  const [sendError, setSendError] = useState<ProblemError | null>(null);
  // Reply, and then Reply all after all: the others are added once, and can be taken out again.
  const wasReplyAll = useRef(all);
  useEffect(() => {
    if (wasReplyAll.current === all || !state || !defaults) return;
    wasReplyAll.current = all;
    if (all) edit(mergeRecipients(state.content, defaults, true));
  }, [all, state, defaults, edit]);

  async function addFiles(list: File[], allowInline = true) {
    for (const file of list) {
      const inline = allowInline && inlineImageTypes.test(file.type);
      const attached = await files.add(file, inline);
      if (!attached?.contentId) continue;
      const src = `cid:${attached.contentId}`;
      editor.current
        ?.chain()
        .focus()
        .insertContent({ type: 'inlineImage', attrs: { src, alt: file.name } })
        .run();
    }
  }
  const drop = useFileDrop((list) => void addFiles(list));

  if (!state) return <section className={`${styles.composer} ${styles[layout]} ${styles.bare}`} />;
  const isNote = kind === 'note';
  const name = t(`composer.kinds.${all ? 'replyAll' : kind}`);
  const sender = senders.find(({ mailboxId }) => mailboxId === state.content.mailboxId);
  const hasAttachments = files.attachments.length > 0 || state.forwarded !== null;
  const isBlank = isEmptyHtml(state.content.html) && (isNote || !hasAttachments);
  const blocked = isBlank || files.uploading.length > 0 || draft.conflict !== null;

  async function send({ sendAt, done = false }: SendOptions) {
    if (sending || blocked) return;
    const alreadyWarned = (state?.cardNumbers ?? 0) > 0;
    setSending(true);
    setSendError(null);
    try {
      const saved = await draft.ensureSaved();
      // What stands in the way is said beside the draft; that nobody answers is said here.
      if (!saved) {
        if (draft.current()?.status === 'kept') setSendError(problemOf(0, null));
        return;
      }
      // Said before it is sent, also to who sends at once: it then stands above, and Send sends.
      if (saved.cardNumbers > 0 && !alreadyWarned) return;
      const sent = await unwrapResponse(
        api.POST('/api/instances/{instanceId}/drafts/{draftId}/send', {
          params: { path: { instanceId, draftId: saved.id } },
          body: { version: saved.version, done, ...(sendAt && { sendAt: sendAt.toISOString() }) },
        }),
      );
      draft.done();
      props.onSent(sent);
    } catch (error) {
      setSendError(error as ProblemError);
    } finally {
      setSending(false);
    }
  }
  async function close() {
    if (isBlank && state?.version) await draft.discard();
    props.onClose();
  }
  const renderSavedReply = ({ html }: { html: string }) => {
    const [first] = state.content.to;
    const customer = props.placeholderValues['customer.name'] || (first ?? '').replace(/\s*<[^>]*>$/, '');
    const filled = { ...props.placeholderValues, 'customer.name': customer };
    return fillPlaceholders(html, { ...filled, 'customer.firstName': customer.split(' ')[0] ?? '' });
  };
  const hidesSendError =
    draft.conflict !== null || (sendError?.code === 'unreachable' && state.status === 'saved');
  const problem = draft.problem ?? (hidesSendError ? null : sendError);
  return (
    <section
      className={`${styles.composer} ${styles[layout]} ${isNote ? styles.note : ''} ${drop.over ? styles.dropping : ''}`}
      aria-label={name}
      {...drop.props}
      onKeyDown={(event) => {
        // Menus and pop-ups stand elsewhere on the page, and close by themselves.
        const inside = event.currentTarget.contains(event.target as Node);
        if (!inside || event.defaultPrevented) return;
        if (event.key === 'Enter' && (event.metaKey || event.ctrlKey)) void send({});
        const open = (event.target as Element).getAttribute('aria-expanded') === 'true';
        if (event.key === 'Escape' && !open) void close();
      }}
    >
      <ComposerHeader
        title={name}
        save={draft.ensureSaved}
        onPopOut={props.onPopOut}
        onLeave={props.onClose}
        onClose={() => void close()}
      />
      {!isNote && (
        <HeaderFields
          instanceId={instanceId}
          kind={kind}
          senders={senders}
          sender={sender}
          value={state.content}
          onChange={edit}
        />
      )}
      <ComposerWarnings sender={sender} isNote={isNote} draft={draft} />
      {defaults && (
        <NewParticipants
          participants={defaults.newParticipants}
          currentRecipients={[...state.content.to, ...state.content.cc, ...state.content.bcc]}
          onAdd={(participant) => edit({ to: [...state.content.to, formatAddress(participant)] })}
        />
      )}
      <Editor
        label={isNote ? t('composer.noteLabel') : t('composer.message')}
        placeholder={t(`composer.placeholders.${kind}`)}
        html={state.content.html}
        revision={state.revision}
        autoFocus={kind === 'reply' || isNote || state.content.to.length > 0}
        onChange={(html) => edit({ html })}
        onSend={() => void send({})}
        onEscape={() => void close()}
        onFiles={(list) => void addFiles(list)}
        onReady={(instance) => {
          editor.current = instance;
        }}
        attachmentUrl={(contentId) => {
          const found = draft.current()?.attachments.find((one) => one.contentId === contentId);
          return found ? `/api/instances/${instanceId}/attachments/${found.id}` : '';
        }}
        suggestions={[...props.savedReplies, ...mentionSuggestions(props.people)]}
        renderSuggestion={renderSavedReply}
        toolbarExtras={
          <InsertToolbar
            addFiles={(list) => void addFiles(list, false)}
            addImages={(list) => void addFiles(list)}
            addText={(text) => editor.current?.chain().focus().insertContent(text).run()}
            savedReplies={props.savedReplies}
            addSavedReply={(one) =>
              editor.current?.chain().focus().insertContent(renderSavedReply(one)).run()
            }
          />
        }
      />
      <SignaturePreview html={props.signature} />
      <DraftAttachments {...files} onRemove={files.remove} forwarded={state.forwarded} />
      {(problem || files.uploadError) && (
        <div className={styles.problem} role="alert">
          {files.uploadError ?? (
            <>
              <b>{problem?.message}</b> {problem?.detail}
            </>
          )}
        </div>
      )}
      <ComposerFooter
        isNote={isNote}
        inConversation={conversationId !== null}
        status={isBlank || draft.conflict ? null : state}
        blocked={blocked}
        sending={sending}
        onDiscard={async () => {
          await draft.discard();
          props.onClose();
        }}
        onSend={(options) => void send(options)}
      />
    </section>
  );
}
