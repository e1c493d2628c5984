/** Lets work that needs much memory wait for its turn. */
export type ByteBudget = {
  /**
   * Runs `work`, in the order of the calls, as soon as all that is running needs no more than the budget with it. What
   * needs nothing does not wait.
   */
  spend<T>(bytes: number, work: () => Promise<T>): Promise<T>;
};

/** A budget of so many bytes. Work that needs more than all of it runs alone. */
export function createByteBudget(total: number): ByteBudget {
  let left = total;
  const waiting: Array<{ bytes: number; start: () => void }> = [];
  const startWaiting = () => {
    for (let next = waiting[0]; next && next.bytes <= left; next = waiting[0]) {
      waiting.shift();
      left -= next.bytes;
      next.start();
    }
  };
  return {
    async spend(wanted, work) {
      const bytes = Math.min(wanted, total);
      if (bytes > 0)
        await new Promise<void>((start) => {
          waiting.push({ bytes, start });
          startWaiting();
        });
      try {
        return await work();
      } finally {
        left += bytes;
        startWaiting();
      }
    },
  };
}
