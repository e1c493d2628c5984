import { useEffect, useRef, useState } from 'react';
import type { Template } from '../../api/client.ts';
import { words } from '../../words/words.ts';
import { readStoredTemplateDraft, writeStoredTemplateDraft } from './stored-template-draft.ts';

/**
 * What is written of a template: what the page opens with, kept in this browser while it is not saved,
 * and what somebody else saves meanwhile, taken over where nothing was changed here.
 */
export function useTemplateDraft(place: string, template: Template | null) {
  const opened = () => ({ name: template?.name ?? '', html: template?.html ?? words.templates.start });
  const [base, setBase] = useState({ ...opened(), version: template?.version ?? 0 });
  const [kept, setKept] = useState(() => readStoredTemplateDraft(place));
  const [written, setWritten] = useState(() => (kept ? { name: kept.name, html: kept.html } : opened()));
  // Kept changes began from the version they were kept with: saved over a newer one, they are asked about.
  const [began, setBegan] = useState(kept?.version ?? base.version);
  const dirty = written.name !== base.name || written.html !== base.html;
  const isDirty = useRef(dirty);
  isDirty.current = dirty;

  useEffect(() => {
    if (!dirty) writeStoredTemplateDraft(place, null);
    else writeStoredTemplateDraft(place, { ...written, version: began, at: new Date().toISOString() });
  }, [place, dirty, written, began]);

  const take = (saved: Template) => {
    const { name, html, version } = saved;
    isDirty.current = false;
    writeStoredTemplateDraft(place, null);
    setBase({ name, html, version });
    setWritten({ name, html });
    setBegan(version);
    setKept(null);
  };
  const newest = template?.version ?? 0;
  useEffect(() => {
    if (template && newest > base.version && !isDirty.current) take(template);
  }, [newest]);

  return {
    ...written,
    began,
    dirty,
    /** The same, for whoever asks between two drawings of the page. */
    isDirty,
    /** When the changes were kept that the page opened with; null where it opened with none. */
    keptAt: kept && dirty ? kept.at : null,
    write(change: Partial<{ name: string; html: string }>) {
      setWritten((before) => ({ ...before, ...change }));
    },
    take,
    forget() {
      isDirty.current = false;
      writeStoredTemplateDraft(place, null);
      setKept(null);
      setWritten({ name: base.name, html: base.html });
      setBegan(base.version);
    },
  };
}
