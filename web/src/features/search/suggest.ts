import { contains } from '../../../../locales/fold-letters.ts';

/** A continuation of a search: `query` is the whole text with it. */
export type Suggestion = { label: string; query: string };

export type SuggestionValues = { tags: string[]; people: string[]; mailboxes: string[] };

const fields = [
  'from:',
  'to:',
  'subject:',
  'has:',
  'before:',
  'after:',
  'tag:',
  'assignee:',
  'mailbox:',
  'is:',
];
const states = ['open', 'snoozed', 'done', 'unread', 'unassigned', 'mine', 'quiet'];
const maxSuggestions = 6;

/** Suggestions for the last word of a search: field names that start like it, or values of its field. */
export function suggest(text: string, suggestionValues: SuggestionValues): Suggestion[] {
  const [last = ''] = /(?<!\S)(?:-?[a-z]+:"[^"]*|\S*)$/i.exec(text) ?? [];
  const before = text.slice(0, text.length - last.length);
  const field = /^(-?(tag|assignee|mailbox|is|has):)"?(.*)$/i.exec(last);
  if (field) {
    const [, start = '', name = '', typed = ''] = field;
    const values = {
      tag: suggestionValues.tags,
      assignee: ['me', 'nobody', ...suggestionValues.people],
      mailbox: suggestionValues.mailboxes,
      is: states,
      has: ['attachment'],
    }[name.toLowerCase() as 'tag'];
    return values
      .filter((value) => contains(value, typed) && value.toLowerCase() !== typed.toLowerCase())
      .slice(0, maxSuggestions)
      .map((value) => {
        const quoted = /\s/.test(value) ? `"${value}"` : value;
        return { label: `${start}${quoted}`, query: `${before}${start}${quoted} ` };
      });
  }
  const minus = last.startsWith('-') ? '-' : '';
  const typed = last.slice(minus.length).toLowerCase();
  if (typed === '') return [];
  return fields
    .filter((name) => name.startsWith(typed))
    .map((name) => ({ label: minus + name, query: before + minus + name }));
}
