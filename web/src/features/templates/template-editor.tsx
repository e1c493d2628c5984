import { Button } from '@mantine/core';
import { useBlocker } from '@tanstack/react-router';
import { type ReactNode, Suspense, useMemo, useRef, useState } from 'react';
import type { Template, TemplatePreview } from '../../api/client.ts';
import { lazyPart } from '../../locales/lazy.ts';
import { t } from '../../locales/messages.ts';
import { textOf } from '../../locales/problem.ts';
import { formatClockTime } from '../../ui/format-short-time.ts';
import { LoadingState } from '../../ui/states.tsx';
import type { CodeEditorHandle } from './code-editor-handle.ts';
import { InsertData } from './insert-data.tsx';
import { PreviewPane } from './preview-pane.tsx';
import { SendTestButton } from './send-test-button.tsx';
import styles from './template-editor.module.css';
import { TemplateErrors } from './template-errors.tsx';
import { SaveProblem, TemplateHeader } from './template-header.tsx';
import { UnsavedChangesDialog } from './unsaved-changes-dialog.tsx';
import { useSaveTemplate } from './use-save-template.ts';
import { type TemplateDraft, useTemplateDraft } from './use-template-draft.ts';
import { useTemplatePreview } from './use-template-preview.ts';
import { VersionsDrawer } from './versions-drawer.tsx';

const CodeEditor = lazyPart(() => import('./code-editor.tsx'));

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
  const preview = useTemplatePreview(instanceId, draft.html, conversationId).data?.preview;
  return (
    <main className={styles.page}>
      <TemplateHeader
        template={template}
        draft={draft}
        saving={save.saving}
        backLink={backLink}
        sendTestButton={<SendTestButton {...{ instanceId, email, conversationId }} html={draft.html} />}
        onSave={save.save}
        onShowVersions={() => setVersionsOpen(true)}
      />
      <SaveProblem save={save} />
      <RestoredDraftNotice draft={draft} />
      <div className={styles.columns}>
        <CodePane draft={draft} preview={preview} />
        <PreviewPane
          instanceId={instanceId}
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

/** The HTML, its errors, and the data that can be inserted. */
function CodePane({ draft, preview }: { draft: TemplateDraft; preview: TemplatePreview | undefined }) {
  const code = useRef<CodeEditorHandle>(null);
  const problem = preview?.problem ?? null;
  const markedError = useMemo(
    () => (problem?.line ? { line: problem.line, message: textOf(problem).detail } : null),
    [problem],
  );
  return (
    <section className={styles.code} aria-label={t('templates.code')}>
      <div className={styles.tools}>
        <InsertData insert={(text) => code.current?.insert(text)} />
      </div>
      {preview && <TemplateErrors preview={preview} onGoToLine={(line) => code.current?.goToLine(line)} />}
      <div className={styles.editor}>
        <Suspense fallback={<LoadingState />}>
          <CodeEditor
            ref={code}
            value={draft.html}
            onChange={(text) => draft.edit({ html: text })}
            fault={markedError}
          />
        </Suspense>
      </div>
    </section>
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
