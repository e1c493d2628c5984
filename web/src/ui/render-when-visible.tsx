import { type ReactNode, useEffect, useRef, useState } from 'react';

/**
 * Content that is made when it comes near the part of the page in sight, and stays then. Before, it takes
 * about `height` pixels: a long page opens as fast as a short one.
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
    return () => observer.disconnect();
  }, [visible]);
  return visible ? children : <div ref={placeholder} style={{ height }} />;
}
