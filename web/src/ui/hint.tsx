import type { TooltipProps } from '@mantine/core';
import { cloneElement, type PointerEvent, type ReactElement, Suspense, useEffect, useState } from 'react';
import { lazyPart } from '../locales/lazy.ts';

const Tooltip = lazyPart(() => import('./tooltip.tsx'));

type PointerProps = {
  onPointerEnter?(event: PointerEvent<HTMLElement>): void;
  onPointerLeave?(): void;
};

/**
 * A tooltip that costs nothing until the pointer is over its element: what shows it is loaded and rendered then, after
 * `delay` ms. An empty label shows none.
 */
export function Hint({
  label,
  delay = 0,
  children,
  ...others
}: {
  label: string;
  delay?: number;
  children: ReactElement<PointerProps>;
} & Pick<TooltipProps, 'position' | 'multiline' | 'maw'>) {
  const [pointed, setPointed] = useState<HTMLElement | null>(null);
  const target = useDelayed(pointed, delay);
  return (
    <>
      {cloneElement(children, {
        onPointerEnter: ({ pointerType, currentTarget }) =>
          pointerType !== 'touch' && setPointed(currentTarget),
        onPointerLeave: () => setPointed(null),
      })}
      <Suspense>{target && label && <Tooltip opened {...{ target, label }} {...others} />}</Suspense>
    </>
  );
}

/** The value once it was the same for `delay` ms; null at once. */
function useDelayed<Value>(value: Value | null, delay: number): Value | null {
  const [shown, setShown] = useState<Value | null>(null);
  useEffect(() => {
    if (value === null) return;
    const timer = setTimeout(() => setShown(value), delay);
    return () => {
      clearTimeout(timer);
      setShown(null);
    };
  }, [value, delay]);
  return shown;
}
