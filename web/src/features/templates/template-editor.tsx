import { Button, Group, Text, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconHistory } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useBlocker } from '@tanstack/react-router';
import { type ReactNode, Suspense, useMemo, useRef, useState } from 'react';
import { api, type ProblemError, type Template, unwrapResponse } from '../../api/client.ts';
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
import { UnsavedChangesDialog } from './unsaved-changes-dialog.tsx';
import { useTemplateDraft } from './use-template-draft.ts';
import { useTemplatePreview } from './use-template-preview.ts';
import { VersionsDrawer } from './versions-drawer.tsx';

const CodeEditor = lazyPart(() => import('./code-editor.tsx'));

/** Writes a template, with what a customer would get beside it. `template` null is a new one. */
export function TemplateEditor({
  instanceId,
  email,
  template,
  onSaved,
  backLink,
}: {
  instanceId: string;
  /** The admin's own address. */
  email: string;
  template: Template | null;
  onSaved(template: Template): void;
  /** The way back to the list. */
  backLink: ReactNode;
}) {
  const client = useQueryClient();
  const draft = useTemplateDraft(`${instanceId} ${template?.id ?? 'new'}`, template);
  const { name, html, dirty } = draft;
  const [conversationId, setConversationId] = useState<string | null>(null);
  const [versionsOpen, setVersionsOpen] = useState(false);
  const code = useRef<CodeEditorHandle>(null);
  const query = useTemplatePreview(instanceId, html, conversationId);
  const preview = query.data?.preview;
  const fault = preview?.fault ?? null;
  const markedError = useMemo(
    () => (fault?.line ? { line: fault.line, message: textOf(fault).detail } : null),
    [fault],
  );
  const blocker = useBlocker({
    shouldBlockFn: () => draft.isDirty.current,
    enableBeforeUnload: () => draft.isDirty.current,
    withResolver: true,
  });
  const save = useMutation<{ template: Template }, ProblemError, { overwrite?: boolean }>({
    mutationFn: ({ overwrite }) =>
      template
        ? unwrapResponse(
            api.PUT('/api/instances/{instanceId}/templates/{templateId}', {
              params: { path: { instanceId, templateId: template.id } },
              body: { name, html, ...(!overwrite && { version: draft.began }) },
            }),
          )
        : unwrapResponse(
            api.POST('/api/instances/{instanceId}/templates', {
              params: { path: { instanceId } },
              body: { name, html },
            }),
          ),
    onSuccess: (result) => {
      draft.take(result.template);
      void client.invalidateQueries({ queryKey: [instanceId, 'templates'] });
      void client.invalidateQueries({ queryKey: [instanceId, 'mailboxes'] });
      notifications.show({ color: 'green', message: t('templates.saved') });
      onSaved(result.template);
    },
  });
  const conflict = save.error?.code === 'template-conflict';
  const loadTheirVersion = async () => {
    const theirs = await unwrapResponse(
      api.GET('/api/instances/{instanceId}/templates/{templateId}', {
        params: { path: { instanceId, templateId: template!.id } },
      }),
    );
    draft.take(theirs.template);
    save.reset();
  };
  return (
    <main className={styles.page}>
      <form
        className={styles.top}
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate({});
        }}
      >
        <div className={styles.title}>
          {backLink}
          <TextInput
            aria-label={t('templates.name')}
            placeholder={t('templates.namePlaceholder')}
            required
            maxLength={100}
            value={name}
            onChange={({ currentTarget }) => draft.edit({ name: currentTarget.value })}
          />
          {template && (
            <Text size="xs" c="var(--quiet)" mt={4} style={{ overflowWrap: 'anywhere' }}>
              {template.usedBy.length > 0
                ? t('templates.usedBy', { addresses: template.usedBy.join(', ') })
                : t('templates.notUsed')}
            </Text>
          )}
        </div>
        <Group gap="xs" className={styles.actions}>
          <Text size="sm" c={dirty ? 'var(--amber)' : 'var(--quiet)'} role="status">
            {dirty ? t('templates.unsaved') : template ? t('templates.allSaved') : ''}
          </Text>
          <SendTestButton instanceId={instanceId} email={email} html={html} conversationId={conversationId} />
          {template && (
            <Button
              variant="default"
              leftSection={<IconHistory size={16} aria-hidden />}
              onClick={() => setVersionsOpen(true)}
            >
              {t('templates.versions')}
            </Button>
          )}
          <Button type="submit" loading={save.isPending} disabled={!dirty && template !== null}>
            {t('templates.save')}
          </Button>
        </Group>
      </form>
      {save.error && (
        <div className={styles.problem} role="alert">
          <Text c="var(--red)">
            <b>{save.error.message}</b> {save.error.detail}
          </Text>
          {conflict && (
            <Group gap="xs" mt={6}>
              <Button size="compact-sm" variant="default" onClick={() => void loadTheirVersion()}>
                {t('templates.takeTheirs')}
              </Button>
              <Button size="compact-sm" variant="default" onClick={() => save.mutate({ overwrite: true })}>
                {t('templates.keepMine')}
              </Button>
            </Group>
          )}
        </div>
      )}
      {draft.keptAt !== null && (
        <div className={styles.kept} role="status">
          <span>
            {t('templates.restoredDraft', { when: formatClockTime(new Date(draft.keptAt), new Date()) })}
          </span>{' '}
          <Button size="compact-sm" variant="default" onClick={draft.discard}>
            {t('templates.discard')}
          </Button>
        </div>
      )}
      <div className={styles.columns}>
        <section className={styles.code} aria-label={t('templates.code')}>
          <div className={styles.tools}>
            <InsertData insert={(text) => code.current?.insert(text)} />
          </div>
          {preview && (
            <TemplateErrors preview={preview} onGoToLine={(line) => code.current?.goToLine(line)} />
          )}
          <div className={styles.editor}>
            <Suspense fallback={<LoadingState />}>
              <CodeEditor
                ref={code}
                value={html}
                onChange={(text) => draft.edit({ html: text })}
                fault={markedError}
              />
            </Suspense>
          </div>
        </section>
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
          dirty={dirty}
          onRestored={draft.take}
          onClose={() => setVersionsOpen(false)}
        />
      )}
      {blocker.status === 'blocked' && (
        <UnsavedChangesDialog
          onStay={blocker.reset}
          onLeave={() => {
            draft.discard();
            blocker.proceed();
          }}
        />
      )}
    </main>
  );
}
