/**
 * Works on pieces that belong together at once: what is asked for while `work` runs for the same key waits, and is then
 * worked on together. `work` returns a result for each item, in their order. If it throws, all of them fail; with
 * `orEachAlone` each is tried alone first.
 */
export function worksTogether<Item, Result>(
  work: (key: string, items: Item[]) => Promise<Result[]>,
  { orEachAlone = false } = {},
): (key: string, item: Item) => Promise<Result> {
  type Waiting = { item: Item; settle: PromiseWithResolvers<Result> };
  /** What waits, by the keys that are being worked on. */
  const waiting = new Map<string, Waiting[]>();

  const runPieces = async (key: string, pieces: Waiting[]): Promise<void> => {
    try {
      const results = await work(
        key,
        pieces.map(({ item }) => item),
      );
      for (const [at, { settle }] of pieces.entries()) settle.resolve(results[at]!);
    } catch (error) {
      if (orEachAlone && pieces.length > 1) for (const piece of pieces) await runPieces(key, [piece]);
      else for (const { settle } of pieces) settle.reject(error);
    }
  };
  const run = async (key: string) => {
    for (let pieces = waiting.get(key)!; pieces.length > 0; pieces = waiting.get(key)!) {
      waiting.set(key, []);
      await runPieces(key, pieces);
    }
    waiting.delete(key);
  };
  return (key, item) => {
    const settle = Promise.withResolvers<Result>();
    const pieces = waiting.get(key);
    if (pieces) pieces.push({ item, settle });
    else {
      waiting.set(key, [{ item, settle }]);
      void run(key);
    }
    return settle.promise;
  };
}
