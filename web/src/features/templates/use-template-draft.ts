import { useEffect, useRef, useState } from 'react';
import type { Template } from '../../api/client.ts';
import { t } from '../../locales/messages.ts';
import { readStoredTemplateDraft, writeStoredTemplateDraft } from './stored-template-draft.ts';

/** What a new template begins with. */
const newTemplate =
  () => `<div lang="{{draft.language}}" dir="{{draft.direction}}" style="max-width: 600px; margin: 0 auto; font-family: Arial, sans-serif; color: #222">
  <p style="font-size: 20px; color: #0f6b63"><b>${t('templates.start.company')}</b></p>
  {{draft.htmlBody}}
  <hr style="border: 0; border-top: 1px solid #ddd; margin: 24px 0 12px">
  <p style="font-size: 12px; color: #666">{{user.displayName}} · ${t('templates.start.address')}</p>
</div>
`;

/**
 * The name and HTML of a template being edited. Unsaved changes are stored in this browser; what somebody else
 * saves meanwhile is shown where nothing was changed here.
 */
export function useTemplateDraft(templateKey: string, template: Template | null) {
  const savedContent = () => ({ name: template?.name ?? '', html: template?.html ?? newTemplate() });
  const [base, setBase] = useState({ ...savedContent(), version: template?.version ?? 0 });
  const [stored, setStored] = useState(() => readStoredTemplateDraft(templateKey));
  const [content, setContent] = useState(() =>
    stored ? { name: stored.name, html: stored.html } : savedContent(),
  );
  // Stored changes keep the version they are based on, so that saving them over a newer one is a conflict.
  const [baseVersion, setBaseVersion] = useState(stored?.version ?? base.version);
  const dirty = content.name !== base.name || content.html !== base.html;
  const isDirty = useRef(dirty);
  isDirty.current = dirty;

  useEffect(() => {
    if (!dirty) writeStoredTemplateDraft(templateKey, null);
    else
      writeStoredTemplateDraft(templateKey, {
        ...content,
        version: baseVersion,
        at: new Date().toISOString(),
      });
  }, [templateKey, dirty, content, baseVersion]);

  const applySaved = (saved: Template) => {
    const { name, html, version } = saved;
    isDirty.current = false;
    writeStoredTemplateDraft(templateKey, null);
    setBase({ name, html, version });
    setContent({ name, html });
    setBaseVersion(version);
    setStored(null);
  };
  const newest = template?.version ?? 0;
  useEffect(() => {
    if (template && newest > base.version && !isDirty.current) applySaved(template);
  }, [newest]);

  return {
    ...content,
    baseVersion,
    dirty,
    /** The same as a ref, current also between two renders. */
    isDirty,
    /** When the changes that the page opened with were stored; null where it opened with none. */
    storedAt: stored && dirty ? stored.at : null,
    edit(change: Partial<{ name: string; html: string }>) {
      setContent((before) => ({ ...before, ...change }));
    },
    /** Shows a saved version in place of the changes. */
    applySaved,
    discard() {
      isDirty.current = false;
      writeStoredTemplateDraft(templateKey, null);
      setStored(null);
      setContent({ name: base.name, html: base.html });
      setBaseVersion(base.version);
    },
  };
}

export type TemplateDraft = ReturnType<typeof useTemplateDraft>;
