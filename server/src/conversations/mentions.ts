import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { notifyMentioned } from '../notifications/notify.ts';

/** The users mentioned in a text as @Name, case-insensitive; the longest name that matches counts. */
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

/** Records the mentions in a note and notifies the users, but not its author. */
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
