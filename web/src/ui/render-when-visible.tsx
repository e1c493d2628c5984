import { type ReactNode, useEffect, useRef, useState } from 'react';

/**
 * Renders its content once it comes near the viewport, and keeps it. Before that it takes about `height` pixels,
 * so that a long page opens as fast as a short one. Printing renders it too.
 */
export function RenderWhenVisible({ height, children }: { height: number; children: ReactNode }) {
  const placeholder = useRef<HTMLDivElement>(null);
  const [visible, setVisible] = useState(false);
  useEffect(() => {
    if (visible || !placeholder.current) return;
    const observer = new IntersectionObserver(
      (entries) => entries.some(({ isIntersecting }) => isIntersecting) && setVisible(true),
      { rootMargin: '1200px 0px' },
    );
    observer.observe(placeholder.current);
    const show = () => setVisible(true);
    window.addEventListener('beforeprint', show);
    return () => {
      observer.disconnect();
      window.removeEventListener('beforeprint', show);
    };
  }, [visible]);
  return visible ? children : <div ref={placeholder} style={{ height }} data-not-rendered />;
}
