import type { Message } from '../../../api/client.ts';
import type { DraftKind } from '../draft/draft-content.ts';
import type { PlaceholderValues } from './placeholders.ts';

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
  layout: 'below' | 'page';
  /** What is known to fill a shortcut's placeholders with. */
  placeholderValues: Omit<PlaceholderValues, 'customer.firstName'>;
  onClose(): void;
  onSent(to: { conversationId: string; message: Message }): void;
  onPopOut?(): void;
};
