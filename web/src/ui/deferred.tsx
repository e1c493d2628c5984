import { type ReactNode, useDeferredValue } from 'react';

/** Renders its content after what is around it is shown: what is read first comes first. */
export function Deferred({ placeholder = null, children }: { placeholder?: ReactNode; children: ReactNode }) {
  return useDeferredValue(true, false) ? children : placeholder;
}
