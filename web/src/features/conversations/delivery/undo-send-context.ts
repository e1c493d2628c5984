import { createContext } from 'react';
import type { Draft } from '../../../api/client.ts';

/** What the page does around an undone send: the composer is another feature. */
export const UndoSendContext = createContext<{
  beforeUndo(): Promise<void>;
  afterUndo(draft: Draft): void;
}>({ beforeUndo: async () => {}, afterUndo: () => {} });
