import { sql } from 'kysely';
import type { InstanceTransaction } from '../database/instance-transaction.ts';

/** A row of report_fact; times in microseconds since 1970. */
export type Fact = {
  itemId: string;
  conversationId: string;
  kind: string;
  mailboxId: string | null;
  userId: string | null;
  at: number;
  waitingSince: number | null;
  firstResponse: boolean;
  /** How long the wait took that it ended, and the place of that among other times. */
  seconds: number | null;
  place: number | null;
};

type Item = {
  conversationId: string;
  id: string;
  kind: 'arrival' | 'sent' | 'done' | 'undone';
  mailboxId: string | null;
  userId: string | null;
  at: number;
  /** Where it stands in the history of the conversation. */
  place: number;
};

/** Counts an instance from its messages, deliveries and events as docs/reports.md says, one after the other. */
export async function recountReports(tx: InstanceTransaction): Promise<Fact[]> {
  const histories = Map.groupBy(await readItems(tx), ({ conversationId }) => conversationId);
  return [...histories.values()]
    .flatMap((items) => countHistory(items.toSorted(byPlace)))
    .map(withPlace)
    .toSorted(byItem);
}

/** What is stored, in the same order. */
export async function storedFacts(tx: InstanceTransaction): Promise<Fact[]> {
  const { rows } = await sql<Fact>`
    select item_id, conversation_id, kind, mailbox_id, user_id, (extract(epoch from at) * 1000000)::float8 as at,
      (extract(epoch from waiting_since) * 1000000)::float8 as waiting_since, first_response, seconds, place
    from report_fact`.execute(tx.sql);
  return rows.toSorted(byItem);
}

function withPlace(fact: CountedFact): Fact {
  if (fact.waitingSince === null) return { ...fact, seconds: null, place: null };
  const seconds = Math.max(0, Math.round((fact.at - fact.waitingSince) / 1_000_000));
  return { ...fact, seconds, place: Math.round(Math.log(seconds + 1) * 50) };
}

type CountedFact = Omit<Fact, 'seconds' | 'place'>;

function countHistory(items: Item[]): CountedFact[] {
  const facts: CountedFact[] = [];
  let waitingSince: number | null = null;
  let openedBy: Item | null = null;
  let answered = false;
  items.forEach((item, index) => {
    const { id: itemId, conversationId, mailboxId, userId, at } = item;
    const fact = { itemId, conversationId, mailboxId, userId, at, waitingSince: null, firstResponse: false };
    if (item.kind === 'arrival') {
      waitingSince ??= at;
      openedBy ??= item;
      facts.push({ ...fact, kind: 'arrival' });
    } else if (item.kind === 'sent') {
      const firstResponse = waitingSince !== null && !answered;
      facts.push({ ...fact, kind: 'sent', waitingSince, firstResponse });
      answered ||= firstResponse;
      waitingSince = null;
    } else if (item.kind === 'done') {
      const next = items.slice(index + 1).find(({ kind }) => kind !== 'sent');
      if (next?.kind === 'undone') return;
      if (openedBy)
        facts.push({ ...fact, kind: 'done', mailboxId: openedBy.mailboxId, waitingSince: openedBy.at });
      waitingSince = null;
      openedBy = null;
    }
  });
  return facts;
}

async function readItems(tx: InstanceTransaction): Promise<Item[]> {
  const { rows: messages } = await sql<
    Item & { direction: string; origin: string; written: number; counts: boolean }
  >`
    select m.conversation_id, m.id, m.mailbox_id, m.author_id as user_id, m.direction, m.origin,
      (extract(epoch from m.sent_at) * 1000000)::float8 as at,
      (extract(epoch from m.created_at) * 1000000)::float8 as written,
      m.kind = 'ordinary' and m.reaction is null and m.forwarded_id is null
        and (m.direction = 'inbound' or m.origin = 'gmail' or coalesce(d.state = 'sent', false))
        and m.id not in (select message_id from bulk_recipient where message_id is not null) as counts
    from message m left join delivery d on d.message_id = m.id
    where m.direction <> 'note' and not m.imported`.execute(tx.sql);
  const { rows: events } = await sql<Item & { kind: string }>`
    select conversation_id, id, null as mailbox_id, actor_id as user_id, kind,
      (extract(epoch from at) * 1000000)::float8 as at
    from conversation_event where kind in ('done', 'reopened', 'snoozed')`.execute(tx.sql);
  return [
    ...messages
      .filter(({ counts }) => counts)
      .map(({ written, origin, direction, ...message }) => ({
        ...message,
        kind: direction === 'inbound' ? ('arrival' as const) : ('sent' as const),
        place: origin === 'postroom' ? Math.min(written, message.at) : message.at,
      })),
    ...events.map((event) => ({
      ...event,
      kind: event.kind === 'done' ? ('done' as const) : ('undone' as const),
      place: event.at,
    })),
  ];
}

const order = { arrival: 1, sent: 2, undone: 3, done: 4 };
const byPlace = (a: Item, b: Item) =>
  a.place - b.place || order[a.kind] - order[b.kind] || (a.id < b.id ? -1 : 1);
const byItem = (a: Fact, b: Fact) => (a.itemId < b.itemId ? -1 : 1);
