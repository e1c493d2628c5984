import { type ExpressionBuilder, type ExpressionWrapper, type SqlBool, sql } from 'kysely';
import { beginsWith, contains, isSameWord } from '../../../locales/fold-letters.ts';
import { isInMailboxes } from '../conversations/other-mailboxes.ts';
import { inView } from '../conversations/views.ts';
import type { Schema } from '../database/generated/schema.ts';
import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { type FieldFilter, readDay } from './parse-query.ts';

/** A field value that could not be resolved; such a search finds nothing. */
export type SearchProblem = {
  code: 'unknown-tag' | 'unknown-person' | 'unknown-mailbox' | 'unknown-is' | 'unknown-has' | 'unknown-day';
  value: string;
};

type Condition = (
  eb: ExpressionBuilder<Schema, 'conversation'>,
) => ExpressionWrapper<Schema, 'conversation', SqlBool>;

export type ResolvedFilters = {
  /** Conditions for the conversation. */
  conditions: Condition[];
  /** Conditions for the message: whether it has an attachment, and when it was sent. */
  attachment: boolean | null;
  before: Date | null;
  after: Date | null;
  problems: SearchProblem[];
};

const states = ['open', 'snoozed', 'done', 'mine', 'unassigned', 'quiet'] as const;

/** Resolves the field filters of a search to conditions. Days are those of the user's time zone. */
export async function resolveFieldFilters(
  tx: InstanceTransaction,
  fieldFilters: FieldFilter[],
  { userId, timeZone }: { userId: string; timeZone: string },
): Promise<ResolvedFilters> {
  const resolved: ResolvedFilters = {
    conditions: [],
    attachment: null,
    before: null,
    after: null,
    problems: [],
  };
  for (const { field, value, not } of fieldFilters) {
    const add = (condition: Condition) =>
      resolved.conditions.push(not ? (eb) => eb.not(condition(eb)) as never : condition);
    const unknown = (code: SearchProblem['code']) => resolved.problems.push({ code, value });
    const key = value.toLowerCase();
    if (field === 'has') {
      if (/^attachments?$|^files?$/.test(key)) resolved.attachment = !not;
      else unknown('unknown-has');
    } else if (field === 'before' || field === 'after') {
      const day = readDay(value);
      if (!day) unknown('unknown-day');
      else if ((field === 'before') !== not) resolved.before = await startOfDay(tx, day, timeZone);
      else resolved.after = await startOfDay(tx, day, timeZone);
    } else if (field === 'is') {
      const state = states.find((one) => one === key);
      if (state) add((eb) => inView(eb, state, userId) as never);
      else if (key === 'unread') add(isUnread(userId));
      else unknown('unknown-is');
    } else if (field === 'tag') {
      const tagId = await findTag(tx, key);
      if (tagId) add(hasTag(tagId));
      else unknown('unknown-tag');
    } else if (field === 'assignee') {
      if (/^(nobody|none|no)$/.test(key)) add((eb) => eb('conversation.assigneeId', 'is', null) as never);
      else {
        const ids = key === 'me' ? [userId] : await findPeople(tx, key);
        if (ids.length === 0) unknown('unknown-person');
        else if (not)
          add(
            (eb) =>
              eb.and([
                eb('conversation.assigneeId', 'is not', null),
                eb('conversation.assigneeId', 'in', ids),
              ]) as never,
          );
        else add((eb) => eb('conversation.assigneeId', 'in', ids) as never);
      }
    } else {
      const ids = await findMailboxes(tx, key);
      if (ids.length === 0) unknown('unknown-mailbox');
      else add((eb) => isInMailboxes(eb, ids) as never);
    }
  }
  return resolved;
}

const hasTag =
  (tagId: string): Condition =>
  (eb) =>
    eb.exists(
      eb
        .selectFrom('conversationTag')
        .whereRef('conversationTag.instanceId', '=', 'conversation.instanceId')
        .whereRef('conversationTag.conversationId', '=', 'conversation.id')
        .where('conversationTag.tagId', '=', tagId)
        .select('conversationTag.tagId'),
    ) as never;

const isUnread =
  (userId: string): Condition =>
  (eb) =>
    eb.and([
      eb('conversation.lastInboundAt', 'is not', null),
      eb.not(
        eb.exists(
          eb
            .selectFrom('conversationRead')
            .whereRef('conversationRead.instanceId', '=', 'conversation.instanceId')
            .whereRef('conversationRead.conversationId', '=', 'conversation.id')
            .where('conversationRead.userId', '=', userId)
            .whereRef('conversationRead.readAt', '>=', 'conversation.lastInboundAt')
            .select('conversationRead.readAt'),
        ),
      ),
    ]) as never;

/** Finds the tag of this name; if there is none, one whose name is another spelling of it. */
async function findTag(tx: InstanceTransaction, key: string): Promise<string | undefined> {
  const tags = await tx.sql.selectFrom('tag').select(['id', 'nameKey']).orderBy('nameKey').execute();
  const exact = tags.find(({ nameKey }) => nameKey === key);
  return (exact ?? tags.find(({ nameKey }) => nameKey !== null && isSameWord(nameKey, key)))?.id;
}

/** Finds users by a prefix of a word of their name or address. */
async function findPeople(tx: InstanceTransaction, key: string): Promise<string[]> {
  const rows = await tx.sql
    .selectFrom('membership')
    .innerJoin('users', 'users.id', 'membership.userId')
    .select(['users.id', 'users.name', 'users.email'])
    .execute();
  return rows
    .filter(({ name, email }) => startsWord(name, key) || startsWord(email, key))
    .map(({ id }) => id);
}

async function findMailboxes(tx: InstanceTransaction, key: string): Promise<string[]> {
  const rows = await tx.sql.selectFrom('mailbox').select(['id', 'address', 'displayName']).execute();
  return rows
    .filter(({ address, displayName }) => startsWord(address, key) || startsWord(displayName, key))
    .map(({ id }) => id);
}

/** Whether a word of the text begins with the key, in any spelling. */
function startsWord(text: string, key: string): boolean {
  return beginsWith(text, key) || contains(text, ` ${key}`);
}

async function startOfDay(tx: InstanceTransaction, day: string, timeZone: string): Promise<Date> {
  const { rows } = await sql<{ at: Date }>`select ${day}::timestamp at time zone ${timeZone} as at`.execute(
    tx.sql,
  );
  return rows[0]!.at;
}
