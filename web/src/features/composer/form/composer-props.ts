import type { Message } from '../../../api/client.ts';
import type { DraftContent, DraftKind } from '../draft/draft-content.ts';
import type { PlaceholderValues } from './placeholders.ts';

export type ComposerProps = {
  instanceId: string;
  kind: DraftKind;
  /** null for a new message, whose draft is `draftId`. */
  conversationId: string | null;
  draftId?: string;
  /** Reply to all. */
  all?: boolean;
  /** The message to forward; without it the existing draft is continued. */
  forwardedId?: string;
  /** What a new message says unless its draft is stored already. */
  prefilled?: Partial<DraftContent> | null;
  /** `inline`: below a conversation; `page`: a page or window of its own. */
  layout: 'inline' | 'page';
  /** Values for the placeholders of saved replies. */
  placeholderValues: Omit<PlaceholderValues, 'customer.firstName'>;
  /** Whether it is on the screen now: it may be rendered before; without it, it is. */
  isShown?(): boolean;
  onClose(): void;
  onSent(to: { conversationId: string; message: Message }): void;
  onPopOut?(): void;
};
