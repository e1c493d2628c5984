import { Button } from '@mantine/core';
import { useBlocker } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import type { Template } from '../../api/client.ts';
import { t } from '../../locales/messages.ts';
import { formatClockTime } from '../../ui/format-short-time.ts';
import { ContentPane } from './content-pane.tsx';
import { PreviewPane } from './preview-pane.tsx';
import { SendTestButton } from './send-test-button.tsx';
import styles from './template-editor.module.css';
import { SaveProblem, TemplateHeader } from './template-header.tsx';
import { UnsavedChangesDialog } from './unsaved-changes-dialog.tsx';
import { useSaveTemplate } from './use-save-template.ts';
import { type TemplateDraft, useTemplateDraft } from './use-template-draft.ts';
import { useTemplatePreview } from './use-template-preview.ts';
import { VersionsDrawer } from './versions-drawer.tsx';

/** Edits a template beside a preview of the mail a customer would receive. */
export function TemplateEditor({
  instanceId,
  email,
  template,
  onSaved,
  backLink,
}: {
  instanceId: string;
  /** The admin's own address, where test mails go. */
  email: string;
  /** null: a new template. */
  template: Template | null;
  onSaved(template: Template): void;
  /** The link to the list of templates. */
  backLink: ReactNode;
}) {
  const draft = useTemplateDraft(`${instanceId} ${template?.id ?? 'new'}`, template);
  const save = useSaveTemplate({ instanceId, template, draft, onSaved });
  const [conversationId, setConversationId] = useState<string | null>(null);
  const [versionsOpen, setVersionsOpen] = useState(false);
  const preview = useTemplatePreview(instanceId, draft, conversationId).data;
  return (
    <main className={styles.page}>
      <TemplateHeader
        template={template}
        draft={draft}
        saving={save.saving}
        backLink={backLink}
        sendTestButton={<SendTestButton {...{ instanceId, email, conversationId }} content={draft} />}
        onSave={save.save}
        onShowVersions={() => setVersionsOpen(true)}
      />
      <SaveProblem save={save} />
      <RestoredDraftNotice draft={draft} />
      <div className={styles.columns}>
        <ContentPane instanceId={instanceId} draft={draft} preview={preview} />
        <PreviewPane
          instanceId={instanceId}
          content={draft}
          preview={preview}
          conversationId={conversationId}
          onSelect={setConversationId}
        />
      </div>
      {versionsOpen && template && (
        <VersionsDrawer
          instanceId={instanceId}
          template={template}
          dirty={draft.dirty}
          onRestored={draft.applySaved}
          onClose={() => setVersionsOpen(false)}
        />
      )}
      <LeaveGuard draft={draft} />
    </main>
  );
}

/** Reports that the page opened with unsaved changes stored in this browser, and offers to discard them. */
function RestoredDraftNotice({ draft: { storedAt, discard } }: { draft: TemplateDraft }) {
  if (storedAt === null) return null;
  return (
    <div className={styles.restoredDraft} role="status">
      <span>{t('templates.restoredDraft', { when: formatClockTime(new Date(storedAt), new Date()) })}</span>{' '}
      <Button size="compact-sm" variant="default" onClick={discard}>
        {t('templates.discard')}
      </Button>
    </div>
  );
}

/** Asks before the page is left with unsaved changes. */
function LeaveGuard({ draft }: { draft: TemplateDraft }) {
  const blocker = useBlocker({
    shouldBlockFn: () => draft.isDirty.current,
    enableBeforeUnload: () => draft.isDirty.current,
    withResolver: true,
  });
  if (blocker.status !== 'blocked') return null;
  return (
    <UnsavedChangesDialog
      onStay={blocker.reset}
      onLeave={() => {
        draft.discard();
        blocker.proceed();
      }}
    />
  );
}
