import { Parser } from 'htmlparser2';

/** Milliseconds of processor time of this process; other programs on the machine do not count. */
function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/**
 * The least processor time of up to three runs of `work`, in milliseconds of the machine for which bounds are chosen.
 * Compiling code or collecting garbage may take the time once, and the machine may be slow now: what took `bound` or longer
 * is divided by how slow it is, and run again if that is still too long.
 */
export async function leastProcessorTime(work: () => unknown, bound: number): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let run = 1; run <= 3 && least >= bound; run += 1) {
    const start = processorTime();
    await work();
    const took = processorTime() - start;
    least = Math.min(least, took < bound ? took : took / slowness());
  }
  return least;
}

const html = '<p class="a">Words of a letter, <a href="https://far.example/">a link</a>.</p>'.repeat(4_000);
/** What parsing it takes (ms) on the machine for which bounds are chosen: two quiet processors. */
const parsingMs = 6;

/** How often as long as on that machine the same work takes now; 1 if it is no slower. */
function slowness(): number {
  let least = Number.POSITIVE_INFINITY;
  // The first runs are slower: their code is not optimized yet.
  for (let run = 1; run <= 10; run += 1) {
    const start = processorTime();
    new Parser({ onopentag: () => {}, ontext: () => {} }).end(html);
    least = Math.min(least, processorTime() - start);
  }
  return Math.max(1, least / parsingMs);
}
