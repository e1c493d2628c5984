import type { SQLInputValue } from 'node:sqlite';
import type { Simulator } from '../simulator.ts';

export type Search = {
  labels: string[];
  query: string;
  spamAndTrash: boolean;
  limit: number;
  offset: number;
};

const day = 24 * 3_600_000;
const escaped = (text: string) => `%${text.replace(/[%_\\]/g, (character) => `\\${character}`)}%`;

const textColumns = { from: 'from_text', to: 'to_text', subject: 'subject' };

/**
 * The ids of the messages a search finds, newest first: Gmail's operators rfc822msgid, in, is, label,
 * from, to, subject, after, before, newer_than, older_than, and plain words.
 */
export function search(
  simulator: Simulator,
  account: string,
  asked: Search,
): Array<{ id: string; threadId: string }> {
  const where: string[] = ['m.account = ?'];
  const values: SQLInputValue[] = [account];
  const labels = [...asked.labels];
  let spamAndTrash = asked.spamAndTrash;
  const add = (condition: string, ...more: SQLInputValue[]) => {
    where.push(condition);
    values.push(...more);
  };
  for (const { name, value, not } of terms(asked.query)) {
    const condition = not ? 'NOT' : '';
    switch (name) {
      case 'in':
      case 'is':
      case 'label':
        if (value === 'anywhere') spamAndTrash = true;
        else if (value !== 'all') {
          const label = value === 'read' ? 'UNREAD' : value.toUpperCase();
          const without = not !== (value === 'read');
          if (without)
            add(
              'NOT EXISTS (SELECT 1 FROM labels l WHERE l.account = m.account AND l.id = m.id AND l.label = ?)',
              label,
            );
          else labels.push(label);
        }
        break;
      case 'rfc822msgid':
        add(`${condition} m.rfc_message_id = ?`, `<${value.replace(/[<>]/g, '')}>`);
        break;
      case 'from':
      case 'to':
      case 'subject':
        add(`${condition} m.${textColumns[name]} LIKE ? ESCAPE '\\'`, escaped(value));
        break;
      case 'after':
        add('m.internal_date >= ?', moment(value));
        break;
      case 'before':
        add('m.internal_date < ?', moment(value));
        break;
      case 'newer_than':
        add('m.internal_date >= ?', simulator.clock.now() - span(value));
        break;
      case 'older_than':
        add('m.internal_date < ?', simulator.clock.now() - span(value));
        break;
      default:
        add(
          `${condition} (m.subject LIKE ? ESCAPE '\\' OR m.snippet LIKE ? ESCAPE '\\')`,
          escaped(value),
          escaped(value),
        );
    }
  }
  const from = labels.length
    ? 'labels first CROSS JOIN messages m ON m.account = first.account AND m.id = first.id'
    : 'messages m';
  if (labels.length) add('first.account = ? AND first.label = ?', account, labels[0]!);
  for (const label of labels.slice(1)) {
    add('EXISTS (SELECT 1 FROM labels l WHERE l.account = m.account AND l.id = m.id AND l.label = ?)', label);
  }
  if (!spamAndTrash && !labels.some((label) => label === 'SPAM' || label === 'TRASH')) {
    add(
      `NOT EXISTS (SELECT 1 FROM labels l WHERE l.account = m.account AND l.id = m.id AND l.label IN ('SPAM', 'TRASH'))`,
    );
  }
  const order = labels.length ? 'first.internal_date DESC, first.id DESC' : 'm.internal_date DESC, m.id DESC';
  return simulator.store
    .all<{ id: string; thread_id: string }>(
      `SELECT m.id, m.thread_id FROM ${from} WHERE ${where.join(' AND ')} ORDER BY ${order} LIMIT ? OFFSET ?`,
      ...values,
      asked.limit,
      asked.offset,
    )
    .map(({ id, thread_id }) => ({ id, threadId: thread_id }));
}

function terms(query: string): Array<{ name: string; value: string; not: boolean }> {
  return [...query.matchAll(/(-?)(?:(\w+):)?(?:"([^"]*)"|\(([^)]*)\)|(\S+))/g)].map((match) => ({
    not: match[1] === '-',
    name: (match[2] ?? '').toLowerCase(),
    value: match[3] ?? match[4] ?? match[5] ?? '',
  }));
}

/** Seconds since 1970, or a day as 2026/11/23 (Gmail API, "Searching for messages"). */
function moment(value: string): number {
  if (/^\d{9,}$/.test(value)) return Number(value) * 1_000;
  return Date.parse(`${value.replaceAll('/', '-')}T00:00:00Z`) || 0;
}

function span(value: string): number {
  const [, count = '0', unit = 'd'] = /^(\d+)([dmyh])$/.exec(value) ?? [];
  const length = { h: day / 24, d: day, m: 30 * day, y: 365 * day }[unit] ?? day;
  return Number(count) * length;
}
