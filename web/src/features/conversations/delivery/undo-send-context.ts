import { createContext } from 'react';
import type { Draft } from '../../../api/client.ts';

/** What the page does around a message that becomes a draft again: the composer is another feature. */
export const TakingBack = createContext<{
  before(): Promise<void>;
  after(draft: Draft): void;
}>({ before: async () => {}, after: () => {} });
