import { createContext, type ReactNode, useContext, useDeferredValue, useLayoutEffect, useRef } from 'react';

const ShownContext = createContext(true);
const ShownRefContext = createContext<{ readonly current: boolean }>({ current: true });

/**
 * A part of the page that is rendered, with its effects, before it is shown, and kept for a moment after it. What must
 * happen in the part that is shown only, such as what a key does, asks `useShownRef`: showing the part renders nothing.
 */
export function Shown({ isShown, children }: { isShown: boolean; children: ReactNode }) {
  const ref = useRef(isShown);
  useLayoutEffect(() => {
    ref.current = isShown;
  });
  return (
    <ShownContext value={isShown}>
      <ShownRefContext value={ref}>{children}</ShownRefContext>
    </ShownContext>
  );
}

/** Whether the part of the page that a component is in is shown, for what asks when something happens. */
export const useShownRef = () => useContext(ShownRefContext);

/** Whether the part of the page that a component is in is shown; true after it was painted. */
export const useIsShown = (): boolean => useDeferredValue(useContext(ShownContext), false);

/** Renders its content in a part of the page that is shown, after that was painted. */
export function WhileShown({ children }: { children: ReactNode }) {
  return useIsShown() ? children : null;
}
