export type Header = { name: string; value: string };

/**
 * The header fields of a raw message, unfolded (RFC 5322 §2.2), and the index of its body. The end of the header
 * is looked for in the bytes: raw 8-bit bytes, decoded, have another length.
 */
export function readHeaders(raw: Uint8Array): { headers: Header[]; bodyAt: number } {
  const bytes = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength);
  const end = /\r?\n\r?\n/.exec(bytes.toString('latin1', 0, 512 * 1024));
  const block = bytes.toString('utf8', 0, end?.index);
  const headers = block
    .replace(/\r?\n[ \t]+/g, ' ')
    .split(/\r?\n/)
    .flatMap((line) => {
      const colon = line.indexOf(':');
      return colon > 0 ? [{ name: line.slice(0, colon), value: line.slice(colon + 1).trim() }] : [];
    });
  return { headers, bodyAt: end ? end.index + end[0].length : bytes.length };
}

/** The first value of a header, ignoring case; '' if there is none. */
export function headerOf(headers: Header[], name: string): string {
  return headers.find((header) => header.name.toLowerCase() === name.toLowerCase())?.value ?? '';
}

/** The Message-IDs in a header, with their angle brackets. */
export function idsIn(value: string): string[] {
  return value.match(/<[^<>\s]+>/g) ?? [];
}

/**
 * A raw message with header fields removed, replaced in place, or added at the top. All other bytes are
 * unchanged.
 */
export function editHeaders(
  raw: Uint8Array,
  {
    drop = [],
    replace = {},
    prepend = [],
  }: { drop?: string[]; replace?: Record<string, string>; prepend?: Header[] },
): Buffer {
  const buffer = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength);
  const { bodyAt } = readHeaders(buffer);
  const block = buffer.subarray(0, bodyAt).toString('latin1');
  const dropped = new Set(drop.map((name) => name.toLowerCase()));
  const replaced = new Map(
    Object.entries(replace).map(([name, value]) => [name.toLowerCase(), { name, value }]),
  );
  const fields = block.replace(/(\r?\n)+$/, '').split(/\r?\n(?![ \t])/);
  const kept = fields.flatMap((field) => {
    const name = field.slice(0, Math.max(0, field.indexOf(':'))).toLowerCase();
    if (dropped.has(name)) return [];
    const other = replaced.get(name);
    if (!other) return field ? [field.replace(/\r?\n/g, '\r\n')] : [];
    replaced.delete(name);
    return [`${other.name}: ${Buffer.from(other.value).toString('latin1')}`];
  });
  const added = [...prepend, ...replaced.values()].map(
    ({ name, value }) => `${name}: ${Buffer.from(value).toString('latin1')}`,
  );
  const head = Buffer.from(`${[...added, ...kept].join('\r\n')}\r\n\r\n`, 'latin1');
  return Buffer.concat([head, buffer.subarray(bodyAt)]);
}
