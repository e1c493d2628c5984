/** Collects keys for so many milliseconds, so that a change of a hundred conversations makes one request. */
export function batch(ms: number, flush: (keys: string[]) => void): (key: string) => void {
  let pendingKeys = new Set<string>();
  return (key) => {
    if (pendingKeys.size === 0) {
      setTimeout(() => {
        const keys = [...pendingKeys];
        pendingKeys = new Set();
        flush(keys);
      }, ms);
    }
    pendingKeys.add(key);
  };
}

/**
 * Runs `run` `delayMs` after it is asked for, and at most once in `everyMs` while it is asked for again and again. What is
 * asked for last is run as well, `everyMs` later at most.
 */
export function atMostOnce(
  { delayMs, everyMs }: { delayMs: number; everyMs: number },
  run: () => void,
): () => void {
  let isPlanned = false;
  let freeAt = Number.NEGATIVE_INFINITY;
  return () => {
    if (isPlanned) return;
    isPlanned = true;
    setTimeout(
      () => {
        isPlanned = false;
        freeAt = performance.now() + everyMs;
        run();
      },
      Math.max(delayMs, freeAt - performance.now()),
    );
  };
}
