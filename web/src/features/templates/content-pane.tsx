import { SegmentedControl } from '@mantine/core';
import { Suspense, useMemo, useRef, useState } from 'react';
import type { TemplatePreview } from '../../api/client.ts';
import { lazyPart } from '../../locales/lazy.ts';
import { t } from '../../locales/messages.ts';
import { textOf } from '../../locales/problem.ts';
import { LoadingState } from '../../ui/states.tsx';
import { BackToFormDialog } from './back-to-form-dialog.tsx';
import type { CodeEditorHandle } from './code-editor-handle.ts';
import { InsertData } from './insert-data.tsx';
import styles from './template-editor.module.css';
import { TemplateErrors } from './template-errors.tsx';
import { isOfForm, newForm } from './template-source.ts';
import type { TemplateDraft } from './use-template-draft.ts';
import { fetchPreview } from './use-template-preview.ts';

const CodeEditor = lazyPart(() => import('./code-editor.tsx'));
const FormFields = lazyPart(async () => ({
  default: (await import('./template-form.tsx')).TemplateFormFields,
}));

/** The form of a template, or its HTML, with errors. HTML changed by hand goes back to the form only when asked. */
export function ContentPane({
  instanceId,
  draft,
  preview,
}: {
  instanceId: string;
  draft: TemplateDraft;
  preview: TemplatePreview | undefined;
}) {
  const [wanted, setWanted] = useState<'form' | 'html'>('form');
  const [asking, setAsking] = useState(false);
  const { form } = draft;
  const ofForm = isOfForm(draft);
  const shown = ofForm ? wanted : 'html';
  const choose = async (mode: string) => {
    if (mode === 'html') {
      if (ofForm) draft.edit({ html: (await fetchPreview(instanceId, draft)).html ?? '' });
      setWanted('html');
    } else if (ofForm) setWanted('form');
    else setAsking(true);
  };
  const takeForm = () => {
    draft.edit({ form: { ...(form ?? newForm()), edited: false } });
    setWanted('form');
    setAsking(false);
  };
  return (
    <section
      className={styles.code}
      aria-label={t(shown === 'form' ? 'templates.modes.form' : 'templates.code')}
    >
      {shown === 'form' && form ? (
        <>
          <div className={styles.tools}>
            <ModeChoice shown={shown} onChoose={choose} />
          </div>
          {preview && <TemplateErrors preview={preview} />}
          <Suspense fallback={<LoadingState />}>
            <FormFields
              instanceId={instanceId}
              form={form}
              lowContrasts={preview?.lowContrasts ?? []}
              onChange={(changed) => draft.edit({ form: changed })}
            />
          </Suspense>
        </>
      ) : (
        <HtmlEditor draft={draft} preview={preview} choice={<ModeChoice shown="html" onChoose={choose} />} />
      )}
      {asking && (
        <BackToFormDialog
          instanceId={instanceId}
          html={draft.html}
          form={{ ...(form ?? newForm()), edited: false }}
          isOwnForm={form !== null}
          onClose={() => setAsking(false)}
          onConfirm={takeForm}
        />
      )}
    </section>
  );
}

function ModeChoice({ shown, onChoose }: { shown: 'form' | 'html'; onChoose(mode: string): Promise<void> }) {
  return (
    <SegmentedControl
      size="xs"
      aria-label={t('templates.mode')}
      value={shown}
      onChange={(mode) => void onChoose(mode)}
      data={[
        { value: 'form', label: t('templates.modes.form') },
        { value: 'html', label: 'HTML' },
      ]}
    />
  );
}

/** The HTML, its errors, and the data that can be inserted. */
function HtmlEditor({
  draft,
  preview,
  choice,
}: {
  draft: TemplateDraft;
  preview: TemplatePreview | undefined;
  choice: React.ReactNode;
}) {
  const code = useRef<CodeEditorHandle>(null);
  const problem = preview?.problem ?? null;
  const markedError = useMemo(
    () => (problem?.line ? { line: problem.line, message: textOf(problem).detail } : null),
    [problem],
  );
  return (
    <>
      <div className={styles.tools}>
        {choice}
        <InsertData insert={(text) => code.current?.insert(text)} />
      </div>
      {preview && <TemplateErrors preview={preview} onGoToLine={(line) => code.current?.goToLine(line)} />}
      <div className={styles.editor}>
        <Suspense fallback={<LoadingState />}>
          <CodeEditor
            ref={code}
            value={draft.html}
            onChange={(html) => {
              // Also called for what the editor was given.
              if (html !== draft.html)
                draft.edit({ html, form: draft.form && { ...draft.form, edited: true } });
            }}
            fault={markedError}
          />
        </Suspense>
      </div>
    </>
  );
}
