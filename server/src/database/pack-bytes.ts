/** Byte strings as one, so that a statement has one text for any number of them. `starts` count from 1, as SQL does. */
export type PackedBytes = { bytes: Buffer; starts: number[]; sizes: number[] };

/** A statement gets each back with `substring(bytes from start for size)`. */
export function packBytes(all: Uint8Array[]): PackedBytes {
  let next = 1;
  const starts = all.map(({ length }) => {
    const start = next;
    next += length;
    return start;
  });
  const [only] = all;
  // Without copying, as a single one may be large.
  const bytes =
    all.length === 1 && only
      ? Buffer.from(only.buffer, only.byteOffset, only.byteLength)
      : Buffer.concat(all);
  return { bytes, starts, sizes: all.map(({ length }) => length) };
}
