/** Postgres takes 65,535 parameters a statement; a malicious message may have more parts than that. */
export function* chunks<Item>(items: readonly Item[], size = 2_000): Generator<Item[]> {
  for (let at = 0; at < items.length; at += size) yield items.slice(at, at + size);
}
