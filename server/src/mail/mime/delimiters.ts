/** A multipart whose parts are being read. After its closing delimiter it is `closed`, and may open again. */
export type OpenMultipart = { boundary: string; untrimmed: string; closed: boolean };

/** Where delimiter lines are looked for. */
export type DelimiterLines = {
  raw: Buffer;
  /** From the outermost to the innermost. */
  open: OpenMultipart[];
  /**
   * Whether a line, without its leading dashes, begins with a boundary of the message, also of an attached
   * message, that has more characters than `than`.
   */
  beginsWithLonger: (line: string, than: number) => boolean;
  /**
   * The transfer encoding of the body that is being read; null in a header, and before the first and after the
   * last part of a multipart.
   */
  encoding: string | null;
};

type Delimiter = { level: number; closes: boolean };

/** Real boundaries may exceed the 70 characters of RFC 2046 §5.1.1. */
const maxLineLength = 1_000;
/** Bounds on the boundaries that are looked for, in number and characters; a longer one is none by RFC 2046. */
const maxDeclared = 20_000;
const maxDeclaredLength = 100;

/** The next delimiter line of any open multipart; an outer one ends the inner multiparts (RFC 2046 §5.1.2). */
export function nextDelimiter(
  lines: DelimiterLines,
  from: number,
): (Delimiter & { bodyEnd: number; next: number }) | null {
  const { raw, open } = lines;
  if (open.length === 0) return null;
  for (let at = nextDashLine(raw, from, true); at >= 0; at = nextDashLine(raw, at, false)) {
    const match = matchDelimiter(lines, at);
    if (!match) continue;
    // The line break before a delimiter belongs to the delimiter.
    let bodyEnd = at;
    if (bodyEnd > from && raw[bodyEnd - 1] === 0x0a) bodyEnd -= 1;
    if (bodyEnd > from && raw[bodyEnd - 1] === 0x0d) bodyEnd -= 1;
    const newline = raw.indexOf(0x0a, at);
    return { ...match, bodyEnd, next: newline < 0 ? raw.length : newline + 1 };
  }
  return null;
}

/** The index of the next line that begins with two dashes; -1 if there is none. */
function nextDashLine(raw: Buffer, from: number, here: boolean): number {
  if (here && raw[from] === 0x2d && raw[from + 1] === 0x2d) return from;
  const found = raw.indexOf('\n--', from);
  return found < 0 ? -1 : found + 1;
}

/**
 * Which open multipart the line at `at` delimits; null if none. A line that is a boundary and nothing else
 * counts for the innermost multipart. RFC 2046 §5.1.1 asks for the beginning of the line only, so a line
 * with more behind the boundary counts too, for the longest boundary.
 */
export function matchDelimiter(lines: DelimiterLines, at: number): Delimiter | null {
  const { raw, open } = lines;
  if (open.length === 0) return null;
  const newline = raw.subarray(at, at + maxLineLength).indexOf(0x0a);
  const end = newline < 0 ? Math.min(at + maxLineLength, raw.length) : at + newline;
  const line = raw.toString('latin1', at + 2, end).trimEnd();
  let longest: { level: number; length: number } | null = null;
  let whole: Delimiter | null = null;
  for (let level = open.length - 1; level >= 0; level -= 1) {
    const { boundary, untrimmed, closed } = open[level]!;
    if (!line.startsWith(boundary)) continue;
    const closes = line === `${boundary}--` || line === `${untrimmed}--`;
    const found =
      closes || line === boundary ? { level, closes: closes && !isBeforeField(raw, end + 1) } : null;
    if (found && !closed) return found;
    whole ??= found;
    if (!longest || boundary.length > longest.length) longest = { level, length: boundary.length };
  }
  if (whole || !longest || lines.beginsWithLonger(line, longest.length)) return whole;
  const tail = line.slice(longest.length);
  const closes = tail.startsWith('--');
  const isDelimiter = /^(?:--)?[ \t]/.test(tail) || isFollowedAsDelimiter(lines, end + 1, closes);
  return isDelimiter ? { level: longest.level, closes: closes && !isBeforeField(raw, end + 1) } : null;
}

/** Whether a header of a part begins there: then a delimiter before it opens the part, even if it is written as a closing one. */
function isBeforeField(raw: Buffer, from: number): boolean {
  return /^content-[a-z-]{1,40}[ \t]*:/i.test(raw.toString('latin1', from, from + 60));
}

/**
 * Whether a line that begins with a boundary and continues without white space is a delimiter. In a text it may
 * be a word of the text, unless fields or the end of the multipart follow.
 */
function isFollowedAsDelimiter({ raw, encoding }: DelimiterLines, from: number, closes: boolean): boolean {
  if (isBeforeField(raw, from)) return true;
  const next = raw.toString('latin1', from, from + 200);
  if (closes) return next.trim() === '' || /^\s*--/.test(next);
  // Between the parts nothing is shown, so nothing is lost if it is a delimiter; base64 and uuencode have no such line.
  return encoding === null || /base64|uue|uuencode/i.test(encoding);
}

/** See `beginsWithLonger`. Reads the message only when asked. */
export function declaredBoundaries(raw: Buffer): DelimiterLines['beginsWithLonger'] {
  let found: Set<string> | null = null;
  let lengths: number[] = [];
  return (line, than) => {
    if (!found) {
      found = readBoundaries(raw);
      lengths = [...new Set([...found].map(({ length }) => length))];
    }
    return lengths.some((length) => length > than && found!.has(line.slice(0, length)));
  };
}

/** The boundaries that any Content-Type in the message seems to name. */
function readBoundaries(raw: Buffer): Set<string> {
  const found = new Set<string>();
  for (const name of ['oundary=', 'OUNDARY=']) {
    for (let at = raw.indexOf(name); at >= 0 && found.size < maxDeclared; at = raw.indexOf(name, at + 1)) {
      const value = raw.toString('latin1', at + name.length, at + name.length + maxDeclaredLength);
      const boundary = /^"([^"\r\n]*)"|^[^;\s"]+/.exec(value);
      if (boundary) found.add((boundary[1] ?? boundary[0]).trimEnd());
    }
  }
  return found;
}
