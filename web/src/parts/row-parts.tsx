import type { ListRow } from '../api/client.ts';
import { ConversationRow } from '../features/conversations/list/conversation-row.tsx';
import styles from '../features/conversations/list/list.module.css';

const now = new Date('2026-03-04T10:12:00Z');

const row = (id: number, change: Partial<ListRow>, name = 'Ana Silva'): ListRow =>
  ({
    id: String(id),
    subject: 'Where is my parcel?',
    newSubject: '',
    snippet: 'Order 4437 should have come on Tuesday. Do you know more?',
    status: 'open',
    unread: false,
    lastMessageAt: '2026-03-04T10:03:00Z',
    lastDirection: 'inbound',
    lastAuthor: null,
    waitingSince: null,
    quietFor: null,
    assignee: null,
    tags: [],
    customer: { id: String(id), name, address: 'ana@mail.example' },
    ...change,
  }) as unknown as ListRow;

const order = { id: 'order', name: 'Order', color: 'blue' } as const;
const rows = [
  row(1, { unread: true }),
  row(2, { unread: true, tags: [order], waitingSince: '2026-03-04T09:00:00Z' }, 'Mia Keller'),
  row(
    3,
    { assignee: { id: 'john', name: 'John Carter' } as ListRow['assignee'], tags: [order] },
    'Oskar Lund',
  ),
  row(4, { unread: true, subject: 'أين طلبي؟', snippet: 'مرحبا، طلبت قبل أسبوع ولم يصل شيء.' }, 'نور حداد'),
  row(5, { subject: 'A subject that is longer than the row is wide, and that is cut off at its end' }),
];

/** Rows of a list: unread, waiting, assigned and open, in Arabic, selected. */
export function RowParts({ density }: { density: 'compact' | 'comfortable' }) {
  return (
    <div className={styles[density]} style={{ width: 348, border: '1px solid var(--border)' }}>
      {rows.map((row, at) => (
        <div key={row.id} style={{ height: density === 'compact' ? 56 : 68 }}>
          <ConversationRow
            row={row}
            userId="me"
            listRoute={{ slug: 'acme', view: 'open' }}
            now={now}
            active={at === 2}
            cursor={false}
            selected={at === 4}
            onSelect={() => {}}
          />
        </div>
      ))}
    </div>
  );
}
