import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { notifyMentioned } from '../notifications/notify.ts';

/** The people named in a text as @Their Name, in any case; the longest name that fits counts. */
export function findMentions<Person extends { id: string; name: string }>(
  text: string,
  people: Person[],
): Person[] {
  const byLength = people.filter(({ name }) => name !== '').toSorted((a, b) => b.name.length - a.name.length);
  const normalizedText = text.toLowerCase().replace(/\s+/g, ' ');
  const found = new Set<Person>();
  for (const { index } of normalizedText.matchAll(/(?<![\p{L}\p{N}])@/gu)) {
    const rest = normalizedText.slice(index + 1);
    const person = byLength.find(({ name }) => {
      const normalizedName = name.toLowerCase().replace(/\s+/g, ' ');
      return rest.startsWith(normalizedName) && !/^[\p{L}\p{N}]/u.test(rest.slice(normalizedName.length));
    });
    if (person) found.add(person);
  }
  return [...found];
}

/** Notes whom a note names, and tells them. Its author is told nothing. */
export async function recordMentions(
  tx: InstanceTransaction,
  note: { messageId: string; conversationId: string; text: string; authorId: string; now: Date },
): Promise<void> {
  const { messageId, conversationId, authorId, now } = note;
  if (!note.text.includes('@')) return;
  const people = await tx.sql
    .selectFrom('membership')
    .innerJoin('users', 'users.id', 'membership.userId')
    .where('users.id', '!=', authorId)
    .select(['users.id', 'users.name'])
    .execute();
  for (const { id: userId } of findMentions(note.text, people)) {
    await tx.sql
      .insertInto('mention')
      .values({ instanceId: tx.instanceId, userId, messageId, conversationId, at: now })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    await notifyMentioned(
      tx,
      userId,
      { kind: 'mention', data: { conversationId, messageId, by: authorId } },
      now,
    );
  }
}
