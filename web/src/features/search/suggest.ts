/** What a search can be gone on with: the text it becomes. */
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

/** What may come next: fields that begin as the last word does, or values of the field being typed. */
export function suggest(text: string, suggestionValues: SuggestionValues): Suggestion[] {
  const [last = ''] = /(?:-?[a-z]+:"[^"]*|\S*)$/i.exec(text) ?? [];
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
      .filter(
        (value) =>
          value.toLowerCase().includes(typed.toLowerCase()) && value.toLowerCase() !== typed.toLowerCase(),
      )
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
