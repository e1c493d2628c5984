/** Properties by their id, without those that are named by a string; the value of one with several is the first. */
export type TnefProperties = Map<number, { unicode: boolean; bytes: Buffer }>;

/** Sizes in bytes of the types of fixed size (MS-OXCDATA 2.11.1), as padded in MS-OXTNEF. */
const fixedSizes: Record<number, number> = {
  2: 4,
  3: 4,
  4: 4,
  5: 8,
  6: 8,
  7: 8,
  10: 4,
  11: 4,
  20: 8,
  64: 8,
  72: 16,
};
const string8 = 0x001e;
const unicode = 0x001f;
const variable = new Set([string8, unicode, 0x0102, 0x000d]);
const multiple = 0x1000;
const maxValues = 100_000;

/** Reads a list of MAPI properties (MS-OXTNEF 2.1.3.4); null if it is damaged. Never reads beyond the bytes. */
export function readProperties(data: Buffer): TnefProperties | null {
  const found: TnefProperties = new Map();
  let at = 0;
  const number = () => {
    const value = at + 4 <= data.length ? data.readUInt32LE(at) : Number.NaN;
    at += 4;
    return value;
  };
  const take = (length: number) => {
    const value = data.subarray(at, at + length);
    at += length + ((4 - (length % 4)) % 4);
    return value.length === length ? value : null;
  };
  const count = number();
  let values = 0;
  for (let index = 0; index < count; index += 1) {
    const tag = number();
    if (Number.isNaN(tag)) return null;
    const [type, id] = [tag & 0xffff & ~multiple, tag >>> 16];
    if (id >= 0x8000 && !skipName()) return null;
    const isVariable = variable.has(type);
    // A single value of variable size has a count of one before it.
    const several = (tag & multiple) !== 0 || isVariable ? number() : 1;
    const size = fixedSizes[type];
    if (!isVariable && size === undefined) return null;
    values += several;
    if (!(values < maxValues)) return null;
    for (let value = 0; value < several; value += 1) {
      const bytes = take(isVariable ? number() : size!);
      if (!bytes) return null;
      if (!found.has(id) && id < 0x8000) found.set(id, { unicode: type === unicode, bytes });
    }
  }
  return found;

  /** A named property: a GUID, then a number or a string. */
  function skipName(): boolean {
    at += 16;
    const kind = number();
    const length = number();
    if (kind === 0) return at <= data.length;
    return kind === 1 && take(length) !== null;
  }
}
