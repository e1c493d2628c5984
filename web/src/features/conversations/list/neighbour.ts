/**
 * The conversation after (step 1) or before (step -1) another in a list of ids. Where that one has left the list
 * since, the next one that was beyond it in the `lastOrder` in which both were seen.
 */
export function neighbour(
  ids: string[],
  { id, step, lastOrder }: { id: string | null | undefined; step: 1 | -1; lastOrder: string[] },
): string | undefined {
  const edge = step === 1 ? ids[0] : ids.at(-1);
  if (!id) return edge;
  const index = ids.indexOf(id);
  if (index >= 0) return ids[index + step] ?? id;
  const lastIndex = lastOrder.indexOf(id);
  if (lastIndex < 0) return edge;
  const beyond = step === 1 ? lastOrder.slice(lastIndex + 1) : lastOrder.slice(0, lastIndex).reverse();
  const present = new Set(ids);
  return beyond.find((one) => present.has(one)) ?? (step === 1 ? ids.at(-1) : ids[0]);
}
