import type { Message } from '../../../api/client.ts';
import type { DraftKind } from '../draft/use-draft.ts';
import type { Fill } from './placeholders.ts';

export type ComposerProps = {
  instanceId: string;
  kind: DraftKind;
  /** null for a new message, which `draftId` names. */
  conversationId: string | null;
  draftId?: string;
  /** A reply to all. */
  all?: boolean;
  /** The message to forward, where that is not begun yet. */
  forwardedId?: string;
  /** Below a conversation, or as a page or window of its own. */
  place: 'below' | 'page';
  /** What is known to fill a shortcut's placeholders with. */
  fill: Omit<Fill, 'customer.firstName'>;
  close(): void;
  sent(to: { conversationId: string; message: Message }): void;
  popOut?(): void;
};
