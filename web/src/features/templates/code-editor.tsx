import { autocompletion, type CompletionContext } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { html } from '@codemirror/lang-html';
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { setDiagnostics } from '@codemirror/lint';
import { EditorState } from '@codemirror/state';
import {
  Decoration,
  drawSelection,
  EditorView,
  highlightActiveLine,
  keymap,
  lineNumbers,
  MatchDecorator,
  placeholder,
  ViewPlugin,
  type ViewUpdate,
} from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { type Ref, useEffect, useImperativeHandle, useRef } from 'react';
import { words } from '../../words/words.ts';
import styles from './code-editor.module.css';
import type { CodeHandle } from './code-editor-handle.ts';

/**
 * The HTML of a template, highlighted, with its data names set off and offered behind `{{`. Tab leaves
 * it, as it leaves every field. `fault` marks a line.
 */
export default function CodeEditor({
  value,
  change,
  fault,
  readOnly = false,
  ref,
}: {
  value: string;
  change(value: string): void;
  fault: { line: number; message: string } | null;
  readOnly?: boolean;
  ref?: Ref<CodeHandle>;
}) {
  const place = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(null);
  const changed = useRef(change);
  changed.current = change;
  const first = useRef(value);

  useEffect(() => {
    const made = new EditorView({
      parent: place.current!,
      state: EditorState.create({
        doc: first.current,
        extensions: [
          lineNumbers(),
          history(),
          drawSelection(),
          highlightActiveLine(),
          EditorView.lineWrapping,
          html({ autoCloseTags: false }),
          syntaxHighlighting(colours),
          dataTags,
          autocompletion({ override: [offerNames] }),
          keymap.of([...defaultKeymap, ...historyKeymap]),
          placeholder('{{draft.htmlBody}}'),
          EditorState.readOnly.of(readOnly),
          EditorView.contentAttributes.of({ 'aria-label': words.templates.code, spellcheck: 'false' }),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) changed.current(update.state.doc.toString());
          }),
        ],
      }),
    });
    view.current = made;
    return () => made.destroy();
  }, [readOnly]);

  useEffect(() => {
    const at = view.current;
    if (!at || at.state.doc.toString() === value) return;
    at.dispatch({ changes: { from: 0, to: at.state.doc.length, insert: value } });
  }, [value]);

  useEffect(() => {
    const at = view.current;
    if (!at) return;
    const lines = at.state.doc.lines;
    const line = fault && fault.line <= lines ? at.state.doc.line(fault.line) : null;
    const diagnostics = line
      ? [{ from: line.from, to: line.to, severity: 'error' as const, message: fault!.message }]
      : [];
    at.dispatch(setDiagnostics(at.state, diagnostics));
  }, [fault]);

  useImperativeHandle(ref, () => ({
    insert(text) {
      const at = view.current!;
      at.dispatch(at.state.replaceSelection(text));
      at.focus();
    },
    goTo(line) {
      const at = view.current!;
      const { from } = at.state.doc.line(Math.min(line, at.state.doc.lines));
      at.dispatch({ selection: { anchor: from }, effects: EditorView.scrollIntoView(from, { y: 'center' }) });
      at.focus();
    },
  }));
  return <div ref={place} className={styles.editor} />;
}

const colours = HighlightStyle.define([
  { tag: [tags.tagName, tags.angleBracket], color: 'var(--code-tag)' },
  { tag: tags.attributeName, color: 'var(--code-attribute)' },
  { tag: [tags.attributeValue, tags.string], color: 'var(--code-value)' },
  { tag: tags.propertyName, color: 'var(--code-attribute)' },
  { tag: tags.comment, color: 'var(--quiet)', fontStyle: 'italic' },
]);

/** Handlebars has no grammar of its own here: what stands in braces is set off above the HTML's colours. */
const braces = new MatchDecorator({
  regexp: /\{\{\{?[^{}]*\}?\}\}/g,
  decoration: Decoration.mark({ class: 'cm-data' }),
});
const dataTags = ViewPlugin.define(
  (view) => ({
    decorations: braces.createDeco(view),
    update(update: ViewUpdate) {
      this.decorations = braces.updateDeco(update, this.decorations);
    },
  }),
  { decorations: ({ decorations }) => decorations },
);

function offerNames(context: CompletionContext) {
  const typed = context.matchBefore(/\{\{\{?[#/]?(if |unless )?[\w.]*/);
  if (!typed) return null;
  const from = typed.from + typed.text.search(/[\w.]*$/);
  return {
    from,
    options: Object.entries(words.templates.names).map(([label, detail]) => ({ label, detail })),
    validFor: /^[\w.]*$/,
  };
}
