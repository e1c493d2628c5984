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
import { t } from '../../locales/messages.ts';
import { styleNonce } from '../../ui/style-nonce.ts';
import styles from './code-editor.module.css';
import type { CodeEditorHandle } from './code-editor-handle.ts';
import { templateData } from './template-data.ts';

/**
 * Edits the HTML of a template, with its placeholders highlighted and completed after `{{`. `fault` marks a line.
 * Tab moves the focus on, as in every other field.
 */
export default function CodeEditor({
  value,
  onChange,
  fault,
  readOnly = false,
  ref,
}: {
  value: string;
  onChange(value: string): void;
  fault: { line: number; message: string } | null;
  readOnly?: boolean;
  ref?: Ref<CodeEditorHandle>;
}) {
  const container = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(null);
  const onChangeRef = useRef(onChange);
  onChangeRef.current = onChange;
  const initialValue = useRef(value);

  useEffect(() => {
    const editorView = new EditorView({
      parent: container.current!,
      state: EditorState.create({
        doc: initialValue.current,
        extensions: [
          EditorView.cspNonce.of(styleNonce ?? ''),
          lineNumbers(),
          history(),
          drawSelection(),
          highlightActiveLine(),
          EditorView.lineWrapping,
          html({ autoCloseTags: false }),
          syntaxHighlighting(highlightStyle),
          placeholderHighlight,
          autocompletion({ override: [completeNames] }),
          keymap.of([...defaultKeymap, ...historyKeymap]),
          placeholder('{{draft.htmlBody}}'),
          EditorState.readOnly.of(readOnly),
          EditorView.contentAttributes.of({
            'aria-label': t('templates.code'),
            spellcheck: 'false',
            // The keyboard scrolls it, as accessibility checks ask.
            tabindex: '0',
          }),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) onChangeRef.current(update.state.doc.toString());
          }),
        ],
      }),
    });
    view.current = editorView;
    return () => editorView.destroy();
  }, [readOnly]);

  useEffect(() => {
    const currentView = view.current;
    if (!currentView || currentView.state.doc.toString() === value) return;
    currentView.dispatch({ changes: { from: 0, to: currentView.state.doc.length, insert: value } });
  }, [value]);

  useEffect(() => {
    const currentView = view.current;
    if (!currentView) return;
    const lines = currentView.state.doc.lines;
    const line = fault && fault.line <= lines ? currentView.state.doc.line(fault.line) : null;
    const diagnostics = line
      ? [{ from: line.from, to: line.to, severity: 'error' as const, message: fault!.message }]
      : [];
    currentView.dispatch(setDiagnostics(currentView.state, diagnostics));
  }, [fault]);

  useImperativeHandle(ref, () => ({
    insert(text) {
      const currentView = view.current!;
      currentView.dispatch(currentView.state.replaceSelection(text));
      currentView.focus();
    },
    goToLine(line) {
      const currentView = view.current!;
      const { from } = currentView.state.doc.line(Math.min(line, currentView.state.doc.lines));
      currentView.dispatch({
        selection: { anchor: from },
        effects: EditorView.scrollIntoView(from, { y: 'center' }),
      });
      currentView.focus();
    },
  }));
  return <div ref={container} className={styles.editor} />;
}

const highlightStyle = HighlightStyle.define([
  { tag: [tags.tagName, tags.angleBracket], color: 'var(--code-tag)' },
  { tag: tags.attributeName, color: 'var(--code-attribute)' },
  { tag: [tags.attributeValue, tags.string], color: 'var(--code-value)' },
  { tag: tags.propertyName, color: 'var(--code-attribute)' },
  { tag: tags.comment, color: 'var(--text-muted)', fontStyle: 'italic' },
]);

/** Marks what is in braces: CodeMirror has no Handlebars grammar. */
const placeholderDecorator = new MatchDecorator({
  regexp: /\{\{\{?[^{}]*\}?\}\}/g,
  decoration: Decoration.mark({ class: 'cm-data' }),
});
const placeholderHighlight = ViewPlugin.define(
  (view) => ({
    decorations: placeholderDecorator.createDeco(view),
    update(update: ViewUpdate) {
      this.decorations = placeholderDecorator.updateDeco(update, this.decorations);
    },
  }),
  { decorations: ({ decorations }) => decorations },
);

function completeNames(context: CompletionContext) {
  const typed = context.matchBefore(/\{\{\{?[#/]?(if |unless )?[\w.]*/);
  if (!typed) return null;
  const from = typed.from + typed.text.search(/(?<![\w.])[\w.]*$/);
  return {
    from,
    options: templateData().map(({ name, meaning }) => ({ label: name, detail: meaning })),
    validFor: /^[\w.]*$/,
  };
}
