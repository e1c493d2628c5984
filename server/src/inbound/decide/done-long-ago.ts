import type { Direction } from '../../database/column-types.ts';
import type { MessageToStore } from '../parse/parse-message.ts';
import type { Context, ContextConversation } from './context.ts';

const day = 24 * 3_600_000;

/** Whether a message starts a new conversation because this one has been done for longer than the setting (R4). */
export function wasDoneLongAgo(
  conversation: Readonly<ContextConversation>,
  { fetched, parsed }: MessageToStore,
  direction: Direction,
  { settings }: Context,
): boolean {
  const days = settings.newConversationAfterDays;
  const { status, lastMessageAt, doneAt } = conversation;
  if (days === null || status !== 'done' || direction === 'outbound' || parsed.automatic) return false;
  const since = Math.max(lastMessageAt.getTime(), doneAt?.getTime() ?? 0);
  return fetched.internalDate.getTime() - since > days * day;
}
