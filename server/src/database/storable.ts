/**
 * Makes a text one that Postgres stores: without NUL, which its types `text` and `jsonb` do not have
 * (https://www.postgresql.org/docs/current/datatype-character.html), and with U+FFFD in place of each lone
 * surrogate, which UTF-8 cannot encode.
 */
export function toStorableText(text: string): string {
  return text.replaceAll('\0', '').toWellFormed();
}

/** A copy in which every text is storable, keys of objects included. Buffers and dates stay as they are. */
export function toStorable<Value>(value: Value): Value {
  if (typeof value === 'string') return toStorableText(value) as Value;
  if (Array.isArray(value)) return value.map(toStorable) as Value;
  if (!isPlainObject(value)) return value;
  const entries = Object.entries(value).map(([key, inner]) => [toStorableText(key), toStorable(inner)]);
  return Object.fromEntries(entries) as Value;
}

/**
 * Finds the first text with a NUL in what a client sent, and makes the lone surrogates of all others U+FFFD, in
 * place, as browsers do (USVString, https://webidl.spec.whatwg.org/#idl-USVString). A loop and not a recursion:
 * a body of 1 MB may be nested half a million levels deep. Returns where the text is, such as `to.0`, or null.
 */
export function findUnstorable(sent: unknown): string | null {
  const open: Array<{ value: unknown; path: string }> = [{ value: sent, path: '' }];
  for (let next = open.pop(); next; next = open.pop()) {
    const { value: parent, path } = next;
    if (!Array.isArray(parent) && !isPlainObject(parent)) continue;
    const fields = parent as Record<string, unknown>;
    for (const key of Object.keys(fields)) {
      const value = fields[key];
      if (key.includes('\0') || !key.isWellFormed()) return path || toStorableText(key);
      // The start of a path is enough to find the place; the whole of a deep one would take quadratic time.
      const inner = path.length > 200 ? path : path ? `${path}.${key}` : key;
      if (typeof value !== 'string') {
        if (typeof value === 'object') open.push({ value, path: inner });
      } else if (value.includes('\0')) return inner;
      else if (!value.isWellFormed()) fields[key] = value.toWellFormed();
    }
  }
  return null;
}

/** Whether Postgres stores it: its first year is 4713 BC. JavaScript has earlier ones, and dates that are none. */
export function isStorableDate(date: Date): boolean {
  const year = date.getUTCFullYear();
  return year >= 1 && year <= 9999;
}

/** Also of the query string, whose prototype is an empty object of its own. */
function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
