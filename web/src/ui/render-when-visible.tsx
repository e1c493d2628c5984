import { type ReactNode, useEffect, useRef, useState } from 'react';

/**
 * Content that is made when it comes near the part of the page in sight, and stays then. Before, it takes
 * about `height` pixels: a long page opens as fast as a short one.
 */
export function Near({ height, children }: { height: number; children: ReactNode }) {
  const place = useRef<HTMLDivElement>(null);
  const [near, setNear] = useState(false);
  useEffect(() => {
    if (near || !place.current) return;
    const observer = new IntersectionObserver(
      (entries) => entries.some(({ isIntersecting }) => isIntersecting) && setNear(true),
      { rootMargin: '1200px 0px' },
    );
    observer.observe(place.current);
    return () => observer.disconnect();
  }, [near]);
  return near ? children : <div ref={place} style={{ height }} />;
}
