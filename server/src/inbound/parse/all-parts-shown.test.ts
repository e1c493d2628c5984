import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type ParsedMessage, parseMessage } from './parse-message.ts';

/** A part of a generated message. Each leaf has a word of its own, by which it is found again. */
type Part =
  | { kind: 'leaf'; header: string; encoding: 'none' | 'base64' | 'quoted-printable' | 'x-uuencode' }
  | { kind: 'message'; part: Part }
  | {
      kind: 'multipart';
      subtype: string;
      boundary: string;
      parts: Part[];
      /** What follows the boundary on the delimiter lines. */
      tail: string;
      end: 'closed' | 'closed with a tail' | 'open' | 'parts after it';
      around: boolean;
    };

const bodies = ['', 'Content-Type: text/plain\r\n', 'Content-Type: text/html\r\n'];
const files = [
  'Content-Type: image/png\r\nContent-Disposition: inline\r\nContent-ID: <1>\r\n',
  'Content-Type: application/pdf; name=a.pdf\r\n',
  'Content-Type: text/plain\r\nContent-Disposition: attachment; filename=a.txt\r\n',
  'Content-Type: text/csv; name="a.csv"\r\n',
  'Content-Type: text/x-amp-html\r\n',
  'Content-Type: text/enriched\r\n',
  'Content-Type: text/calendar; method=REQUEST\r\n',
  'Content-Type: unheard/of\r\n',
  'Content-Type: nonsense\r\n',
];
/** Some are the beginning of others. */
const boundaries = ['b', 'b1', 'b12', 'b 1', '=_x', '=_x.1', '=_x.1.1', 'other'];

const leaf = (headers: string[]): fc.Arbitrary<Part> =>
  fc.record({
    kind: fc.constant('leaf' as const),
    header: fc.constantFrom(...headers),
    encoding: fc.constantFrom(
      'none' as const,
      'none' as const,
      'base64' as const,
      'quoted-printable' as const,
      'x-uuencode' as const,
    ),
  });

const { part } = fc.letrec<{ part: Part }>((tie) => ({
  part: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    leaf([...bodies, ...files]),
    fc.record({ kind: fc.constant('message' as const), part: tie('part') }),
    multipart(fc.array(tie('part'), { minLength: 1, maxLength: 4 }), [
      'mixed',
      'mixed',
      'related',
      'digest',
      'parallel',
      'unknown',
    ]),
    multipart(fc.array(tie('part'), { minLength: 1, maxLength: 3 }), ['alternative']),
  ),
}));

function multipart(parts: fc.Arbitrary<Part[]>, subtypes: string[]): fc.Arbitrary<Part> {
  return fc.record({
    kind: fc.constant('multipart' as const),
    subtype: fc.constantFrom(...subtypes),
    boundary: fc.constantFrom(...boundaries),
    parts,
    tail: fc.constantFrom('', '', ' ', ' (first)', '\t; x=1', 'glued', '.2'),
    end: fc.constantFrom('closed', 'closed with a tail', 'open', 'parts after it'),
    around: fc.boolean(),
  });
}

type Written = {
  words: string[];
  /** Those of plain text and of parts for other programs, which are not shown if an alternative has HTML. */
  forOthers: string[];
  lastHeader: string;
  multiparts: number;
};

/**
 * The bytes of a part, header included; notes the words of its leaves. `depth`: how many attached messages it is
 * in; they have boundaries of their own, which may begin like those around them.
 */
function write(one: Part, written: Written, depth = 0): string {
  if (one.kind === 'message')
    return `Content-Type: message/rfc822\r\n\r\nSubject: inside\r\n${write(one.part, written, depth + 1)}`;
  if (one.kind === 'leaf') {
    const word = `Word${written.words.length}x`;
    written.words.push(word);
    // A part whose delimiter is not certain may be text of the part before.
    const isPlain = one.header === '' || one.header === bodies[1] || one.header.includes('nonsense');
    if (isPlain || /amp-html|enriched/.test(written.lastHeader + one.header)) written.forOthers.push(word);
    written.lastHeader = one.header;
    const encoding = one.encoding === 'none' ? '' : `Content-Transfer-Encoding: ${one.encoding}\r\n`;
    return `${one.header}${encoding}\r\n${encode(`the ${word} of this part`, one.encoding)}`;
  }
  const { subtype, parts, tail, end, around } = one;
  // Parts after the end of a multipart belong to an outer one with the same boundary, if there is one.
  written.multiparts += 1;
  const own = end === 'parts after it' ? `+${written.multiparts}` : '';
  const boundary = one.boundary + own + '~'.repeat(depth);
  const inside = parts.map((each) => write(each, written, depth));
  const delimiter = `--${boundary}${tail}\r\n`;
  const close = `\r\n--${boundary}--${end === 'closed with a tail' ? ' end' : ''}\r\n`;
  const after = end === 'parts after it' ? `--${boundary}\r\n${write(afterEnd, written, depth)}` : '';
  return [
    `Content-Type: multipart/${subtype}; boundary="${boundary}"\r\n\r\n`,
    around ? 'This is a message in MIME format.\r\n\r\n' : '',
    inside.map((each) => delimiter + each).join('\r\n'),
    end === 'open' ? '' : close,
    after,
    around && end !== 'open' ? '\r\nafter the end\r\n' : '',
  ].join('');
}

const afterEnd: Part = { kind: 'leaf', header: bodies[1]!, encoding: 'none' };

function encode(text: string, encoding: string): string {
  if (encoding === 'base64') return Buffer.from(text).toString('base64');
  if (encoding !== 'x-uuencode') return text;
  const bytes = Buffer.concat([Buffer.from(text), Buffer.alloc(3)]);
  let line = String.fromCharCode(0x20 + text.length);
  for (let at = 0; at < text.length; at += 3) {
    const group = bytes.readUIntBE(at, 3);
    for (const shift of [18, 12, 6, 0]) line += String.fromCharCode(0x20 + ((group >> shift) & 63) || 0x60);
  }
  return `${line.replaceAll(' ', '`')}\r\n\`\r\n`;
}

/** All that a reader can get at: the body and the files, those of attached messages included. */
async function reachable(message: ParsedMessage): Promise<{ shown: string; other: string }> {
  const filesOf = await Promise.all(
    message.attachments.map(async ({ mediaType, bytes }) => {
      const own = Buffer.from(bytes).toString('latin1');
      if (mediaType !== 'message/rfc822') return own;
      const { shown, other } = await reachable(await parseMessage(bytes));
      return own + shown + other;
    }),
  );
  return { shown: (message.html ?? message.text) + filesOf.join(' '), other: message.text };
}

test('every part of a message is shown or listed as a file', async () => {
  await fc.assert(
    fc.asyncProperty(part, async (root) => {
      const written: Written = { words: [], forOthers: [], lastHeader: '', multiparts: 0 };
      const raw = `From: a@example.com\r\nMIME-Version: 1.0\r\n${write(root, written)}`;
      const message = await parseMessage(Buffer.from(raw, 'latin1'));
      expect(message.unreadable).toBeNull();
      const { shown, other } = await reachable(message);
      // Equal boundaries and open ends can put any part into an alternative, whose parts say the same.
      const seen = raw.includes('multipart/alternative')
        ? [shown, other, ...written.forOthers].join(' ')
        : shown;
      const lost = written.words.filter((word) => !seen.includes(word));
      expect(lost, raw).toEqual([]);
    }),
    { numRuns: 2_000 },
  );
}, 120_000);
