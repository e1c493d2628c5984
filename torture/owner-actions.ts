import type { TrafficState } from './traffic-state.ts';

/** Actions of a mailbox's owner in Gmail, with the probability of each after a message. */
export const ownerActionProbabilities = { rescue: 0.06, trash: 0.03, delete: 0.03 };

/** One function per action of the owner. */
export function createOwnerActions(
  state: TrafficState,
): Record<keyof typeof ownerActionProbabilities, () => Promise<void>> {
  return {
    rescue: () => rescueThread(state),
    trash: () => removeThread(state, state.random.maybe(0.7) ? 'trash' : 'spam'),
    delete: () => removeThread(state, 'delete'),
  };
}

/** Moves a thread back to the inbox, out of Trash or Spam. */
async function rescueThread({ google, random, inSpam, inTrash, staysInSpam }: TrafficState): Promise<void> {
  if (inTrash.length > 0 && random.maybe(0.4)) {
    const { account, threadId } = inTrash.shift()!;
    return google.applyAction(account, 'trash', threadId, 'restore');
  }
  // Six threads stay in Spam.
  const rescued = inSpam.length > 6 ? inSpam.splice(random.between(0, inSpam.length - 1), 1)[0] : undefined;
  if (!rescued) return;
  staysInSpam.delete(`${rescued.account} ${rescued.gmailId}`);
  await google.applyAction(rescued.account, 'spam', rescued.threadId, 'not-spam');
}

async function removeThread(state: TrafficState, action: 'trash' | 'spam' | 'delete'): Promise<void> {
  const { google, topics, inSpam, inTrash, mustStay, isStored } = state;
  // Needed for `answered`: a Sent copy deleted before Postroom has read it counts as never sent.
  await topics.readLedger();
  const topic = topics.pickOpen();
  // The parts of a topic in two mailboxes could no longer be recognized as one conversation.
  if (!topic || topic.accounts.length > 1 || (action === 'delete' && topic.answered)) return;
  const [account] = topic.accounts as [string];
  const threadId = topic.threads.get(account);
  if (!threadId || inSpam.some((one) => one.threadId === threadId)) return;
  if (action === 'delete') topic.closed = true;
  for (const id of await isStored(account, topic.gmailIds.get(account) ?? [])) {
    mustStay.add(`${account} ${id}`);
  }
  await google.applyAction(account, 'inbox', threadId, action);
  if (action === 'trash') inTrash.push({ account, threadId });
}
