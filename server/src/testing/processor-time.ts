/** Milliseconds of processor time of this process; other programs on the machine do not count. */
export function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/**
 * The least processor time of up to three runs of `work`, in milliseconds. Compiling code or collecting garbage may take the
 * time once, so it is run again while it took `bound` or longer.
 */
export async function leastProcessorTime(work: () => unknown, bound: number): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let run = 1; run <= 3 && least >= bound; run += 1) {
    const start = processorTime();
    await work();
    least = Math.min(least, processorTime() - start);
  }
  return least;
}
