import { useEffect, useRef, useState } from 'react';
import type { Template } from '../../api/client.ts';
import { readStoredTemplateDraft, writeStoredTemplateDraft } from './stored-template-draft.ts';
import { newForm, sameContent, type TemplateContent } from './template-source.ts';

/**
 * The name and content of a template being edited. Unsaved changes are stored in this browser; what somebody else
 * saves meanwhile is shown where nothing was changed here.
 */
export function useTemplateDraft(templateKey: string, template: Template | null) {
  const savedContent = () => contentOf(template ?? { name: '', html: '', form: newForm() });
  const [base, setBase] = useState({ ...savedContent(), version: template?.version ?? 0 });
  const [stored, setStored] = useState(() => readStoredTemplateDraft(templateKey));
  const [content, setContent] = useState(() => (stored ? contentOf(stored) : savedContent()));
  // Stored changes keep the version they are based on, so that saving them over a newer one is a conflict.
  const [baseVersion, setBaseVersion] = useState(stored?.version ?? base.version);
  const dirty = content.name !== base.name || !sameContent(content, base);
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
    const { version } = saved;
    isDirty.current = false;
    writeStoredTemplateDraft(templateKey, null);
    setBase({ ...contentOf(saved), version });
    setContent(contentOf(saved));
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
    edit(change: Partial<Content>) {
      setContent((before) => ({ ...before, ...change }));
    },
    /** Shows a saved version in place of the changes. */
    applySaved,
    discard() {
      isDirty.current = false;
      writeStoredTemplateDraft(templateKey, null);
      setStored(null);
      setContent(contentOf(base));
      setBaseVersion(base.version);
    },
  };
}

type Content = TemplateContent & { name: string };

const contentOf = ({ name, html, form }: Content): Content => ({ name, html, form });

export type TemplateDraft = ReturnType<typeof useTemplateDraft>;
