import { sql } from 'kysely';
import { type ConversationRow, pageOf, rowsOf, toPage } from '../conversations/list-conversations.ts';
import type { Recipients, Sender } from '../database/column-types.ts';
import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { type ResolvedFilters, resolveFieldFilters, type SearchProblem } from './field-filters.ts';
import { excerpt, highlight, highlightTerms, type Segment } from './highlight.ts';
import { parseSearch, type TextTerm } from './parse-query.ts';

/** The best matching message of a conversation, with its matches highlighted. */
export type Hit = {
  messageId: string;
  subject: Segment[];
  text: Segment[];
  files: Segment[];
  /** A sender or addressee, if nothing else matches. */
  person: Segment[];
};

export type SearchPage = {
  conversations: Array<ConversationRow & { hit: Hit | null }>;
  /** The cursor of the next page; a search with text has only one page. */
  next: string | null;
  /** Whether there are more than `limit`. */
  more: boolean;
  problems: SearchProblem[];
};

type Match = { messageId: string; conversationId: string; sentAt: Date; rank: number };

/** The ranges of latest messages that are searched one after the other (SQL function search_window). */
const searchWindows = [0, 13, 16, null];
/** If the fields select at most so many conversations, their messages are searched directly. */
const smallSelectionSize = 1_000;
/** How many characters of a text are searched for matches to highlight first; the rest only if there are none. */
const firstTextLength = 20_000;

/**
 * Searches conversations. With text: the best of the latest matches, best first, each with the matching
 * message. Without: all conversations that the fields select, newest first, by page.
 */
export async function search(
  tx: InstanceTransaction,
  query: { text: string; userId: string; timeZone: string; limit: number; after?: string | undefined },
): Promise<SearchPage> {
  const { userId, limit } = query;
  const { textTerms, fieldFilters } = parseSearch(query.text);
  const resolved = await resolveFieldFilters(tx, fieldFilters, query);
  const emptyPage = {
    conversations: [],
    next: null,
    more: false,
    problems: resolved.problems,
  };
  if (resolved.problems.length > 0) return emptyPage;
  const tsQuery = await toQuery(tx, textTerms, resolved.attachment);
  if (!tsQuery) {
    if (textTerms.length > 0 || fieldFilters.length === 0) return emptyPage;
    const found = await pageOf(selectConversations(tx, resolved, true), query).execute();
    const page = await toPage(tx, userId, found, limit);
    return {
      conversations: page.conversations.map((row) => ({ ...row, hit: null })),
      next: page.next,
      more: page.next !== null,
      problems: [],
    };
  }
  const best = bestPerConversation(await findMatches(tx, tsQuery, resolved, limit + 1));
  const shown = best.slice(0, limit);
  const rows = await rowsOf(
    tx,
    userId,
    shown.map(({ conversationId }) => conversationId),
  );
  const hits = await hitsOf(tx, shown, textTerms);
  return {
    conversations: rows.map((row) => ({ ...row, hit: hits.get(row.id) ?? null })),
    next: null,
    more: best.length > limit,
    problems: [],
  };
}

/**
 * The rows with which a page updates the results of a search. Without text: those conversations that match
 * now, and `ordered` is true, because results are in the order of time. With text: all that exist.
 */
export async function matchingRows(
  tx: InstanceTransaction,
  query: { text: string; userId: string; timeZone: string; ids: string[] },
): Promise<{ conversations: ConversationRow[]; ordered: boolean }> {
  const { textTerms, fieldFilters } = parseSearch(query.text);
  const resolved = await resolveFieldFilters(tx, fieldFilters, query);
  const needsTextSearch =
    textTerms.length > 0 || resolved.attachment !== null || resolved.problems.length > 0;
  if (needsTextSearch) return { conversations: await rowsOf(tx, query.userId, query.ids), ordered: false };
  const found = await selectConversations(tx, resolved, true)
    .where('conversation.id', 'in', query.ids)
    .execute();
  const ids = found.map(({ id }) => id);
  return { conversations: await rowsOf(tx, query.userId, ids), ordered: true };
}

/** The text terms as a tsquery; null if there are none. */
async function toQuery(
  tx: InstanceTransaction,
  textTerms: TextTerm[][],
  attachment: boolean | null,
): Promise<string | null> {
  const marks = { '': '', from: 'f', to: 't', subject: 's' };
  const all = textTerms.map((either) => {
    const terms = either.map(({ text, field, not, prefix }) => {
      const term = sql`search_term(${marks[field]}, ${text}, ${prefix})`;
      return not ? sql`!!${term}` : term;
    });
    return sql`(${sql.join(terms, sql` || `)})`;
  });
  if (attachment === true) all.push(sql`'''h/attachment'''::tsquery`);
  if (attachment === false) all.push(sql`!!('''h/attachment'''::tsquery)`);
  if (all.length === 0) return null;
  const { rows } = await sql<{
    tsQuery: string;
  }>`select (${sql.join(all, sql` && `)})::text as ts_query`.execute(tx.sql);
  return rows[0]!.tsQuery || null;
}

/** Selects the conversations of field filters. `byMessage`: also by the dates of their last message. */
export function selectConversations(
  tx: InstanceTransaction,
  { conditions, before, after }: ResolvedFilters,
  byMessage: boolean,
) {
  let select = tx.sql.selectFrom('conversation').select(['conversation.id', 'conversation.lastMessageAt']);
  for (const condition of conditions) select = select.where((eb) => condition(eb));
  if (byMessage && before) select = select.where('conversation.lastMessageAt', '<', before);
  if (byMessage && after) select = select.where('conversation.lastMessageAt', '>=', after);
  return select;
}

async function findMatches(
  tx: InstanceTransaction,
  tsQuery: string,
  resolved: ResolvedFilters,
  wanted: number,
): Promise<Match[]> {
  const { before, after, conditions } = resolved;
  const since = after ? sql`and found.sent_at >= ${after}` : sql``;
  if (conditions.length > 0) {
    const candidates = await selectConversations(tx, resolved, false)
      .limit(smallSelectionSize + 1)
      .execute();
    if (candidates.length <= smallSelectionSize) {
      const { rows } = await sql<Match>`
        select found.message_id, found.conversation_id, found.sent_at, ts_rank(found.words, ${tsQuery}::tsquery) as rank
        from unnest(${candidates.map(({ id }) => id)}::uuid[]) as chosen (id)
        join message on message.conversation_id = chosen.id
        join message_search found on found.message_id = message.id
        where found.words @@ ${tsQuery}::tsquery and found.sent_at < coalesce(${before}::timestamptz, 'infinity') ${since}`.execute(
        tx.sql,
      );
      return rows;
    }
  }
  let found: Match[] = [];
  let conversations = 0;
  for (const width of searchWindows) {
    // It holds eight times as many messages as the range before: where twice as many matches are too few, all are searched.
    if (width === 16 && 16 * (conversations + 1) < wanted) continue;
    const chosen =
      conditions.length > 0
        ? sql`and exists (${selectConversations(tx, resolved, false).whereRef('conversation.id', '=', sql.ref('found.conversationId') as never)})`
        : sql``;
    const { rows } = await sql<Match>`
      select * from search_window(${tsQuery}::tsquery, ${before}::timestamptz, ${width}::integer) found
      where true ${since} ${chosen}`.execute(tx.sql);
    found = rows;
    conversations = new Set(rows.map(({ conversationId }) => conversationId)).size;
    if (conversations >= wanted) break;
  }
  return found;
}

/** After this time the weight of a message's age is halved. */
const halfLifeDays = 60;

/** The best message of each conversation, best first, by rank and age. */
function bestPerConversation(found: Match[]): Match[] {
  const now = Date.now();
  const score = ({ rank, sentAt }: Match) =>
    rank * (0.4 + 0.6 * 0.5 ** ((now - sentAt.getTime()) / (halfLifeDays * 86_400_000)));
  const best = new Map<string, Match>();
  for (const one of found) {
    const there = best.get(one.conversationId);
    if (!there || score(one) > score(there)) best.set(one.conversationId, one);
  }
  return [...best.values()].sort((a, b) => score(b) - score(a) || b.sentAt.getTime() - a.sentAt.getTime());
}

async function hitsOf(
  tx: InstanceTransaction,
  shown: Match[],
  textTerms: TextTerm[][],
): Promise<Map<string, Hit>> {
  if (shown.length === 0) return new Map();
  const messages = await tx.sql
    .selectFrom('message')
    .where(
      'message.id',
      'in',
      shown.map(({ messageId }) => messageId),
    )
    .select((eb) => [
      'message.id',
      'message.conversationId',
      'message.subject',
      'message.fromName',
      'message.fromAddress',
      'message.recipients',
      'message.sender',
      eb.fn<string>('left', ['message.bodyText', sql.lit(firstTextLength)]).as('text'),
      sql<string[]>`array(select filename from attachment where attachment.instance_id = message.instance_id
        and attachment.message_id = message.id and not inline order by position)`.as('files'),
    ])
    .execute();
  const [inSubject, inText] = [highlightTerms(textTerms, 'subject'), highlightTerms(textTerms, 'text')];
  const hits = new Map<string, Hit>();
  for (const message of messages) {
    const hit: Hit = {
      messageId: message.id,
      subject: highlight(message.subject, inSubject),
      text: excerpt(message.text, inText),
      files: message.files.map((name) => highlight(name, inText)).find(hasHit) ?? [],
      person: [],
    };
    const isShown = () => hasHit(hit.subject) || hasHit(hit.text) || hasHit(hit.files);
    if (!isShown()) hit.person = personHit(message, textTerms);
    if (!hasHit(hit.person) && !isShown() && message.text.length === firstTextLength)
      hit.text = excerpt(await wholeText(tx, message.id), inText);
    hits.set(message.conversationId, hit);
  }
  return hits;
}

const hasHit = (pieces: Segment[]) => pieces.some(({ hit }) => hit);

/** The sender or addressee that matches best. */
function personHit(
  message: { fromName: string; fromAddress: string; recipients: Recipients; sender: Sender | null },
  textTerms: TextTerm[][],
): Segment[] {
  const { recipients, sender } = message;
  const from = [{ name: message.fromName, address: message.fromAddress }, ...recipients.replyTo];
  if (sender) from.push(sender.writer, ...sender.otherAuthors);
  const to = [...recipients.to, ...recipients.cc, ...recipients.bcc];
  const highlighted = (people: typeof to, field: 'from' | 'to') =>
    people.map(({ name, address }) =>
      highlight(name && address ? `${name} <${address}>` : name || address, highlightTerms(textTerms, field)),
    );
  const countHits = (pieces: Segment[]) => pieces.filter(({ hit }) => hit).length;
  const [best] = [...highlighted(from, 'from'), ...highlighted(to, 'to')].sort(
    (a, b) => countHits(b) - countHits(a),
  );
  return best && hasHit(best) ? best : [];
}

async function wholeText(tx: InstanceTransaction, messageId: string): Promise<string> {
  const { bodyText } = await tx.sql
    .selectFrom('message')
    .where('id', '=', messageId)
    .select('bodyText')
    .executeTakeFirstOrThrow();
  return bodyText;
}
