/** The last change of each conversation that the server has not answered yet, by the id of the conversation. */
const unanswered = new Map<string, Promise<unknown>>();

/** Whether the server has still to answer a change of this conversation that was made on this page. */
export const isBeingChanged = (conversationId: string): boolean => unanswered.has(conversationId);

/** Resolves when the changes of these conversations that were made until now are answered. */
export async function changesAnswered(conversationIds: Iterable<string>): Promise<void> {
  await Promise.allSettled([...conversationIds].map((id) => unanswered.get(id)));
}

/**
 * Sends a change of conversations once the server has answered the earlier ones of each: of two requests that are on
 * their way at once, the later one may be handled first. Resolves or rejects as `send` does. When the answer is
 * known, `isBeingChanged` tells whether another change follows.
 */
export function afterEarlierChanges<Answer>(
  conversationIds: readonly string[],
  send: () => Promise<Answer>,
): Promise<Answer> {
  const isFirst = !conversationIds.some(isBeingChanged);
  const answer = isFirst ? send() : changesAnswered(conversationIds).then(send);
  for (const id of conversationIds) unanswered.set(id, answer);
  const forget = () => {
    for (const id of conversationIds) if (unanswered.get(id) === answer) unanswered.delete(id);
  };
  answer.then(forget, forget);
  return answer;
}
