import { readFile } from 'node:fs/promises';
import { decodeWords } from 'postal-mime';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type MimePart, readMimeTree } from '../../mail/mime/mime-tree.ts';
import { createComposerFixture } from '../../testing/composer-fixture.ts';
import { type SentMessage, sendEachKind, sha256 } from '../../testing/sent-messages.ts';
import { parsers, type ReadMail } from '../../testing/three-parsers.ts';

/** Each kind of message that Postroom sends, as it left, read by parsers of others. */

let fixture: Awaited<ReturnType<typeof createComposerFixture>>;
let sent: SentMessage[];
beforeAll(async () => {
  fixture = await createComposerFixture();
  sent = await sendEachKind(fixture);
}, 120_000);
afterAll(() => fixture?.close());

const body = (text: string | null) => (text ?? '').replaceAll('\r\n', '\n').trimEnd();
/** Words as they are compared: text is folded, HTML is escaped. */
const words = (text: string | null) =>
  body(text).replaceAll('&amp;', '&').replaceAll('&quot;', '"').replace(/\s+/g, ' ');

// Python is no part of this project: where it is missing, its part is reported as skipped.
for (const name of ['mailparser', 'postal-mime', 'python']) {
  test.skipIf(!parsers[name])(`${name} reads what was meant, and finds no defect`, async () => {
    const read = await parsers[name]!(sent.map(({ raw }) => raw));
    for (const [index, { kind, meant }] of sent.entries()) {
      const mail = read[index]!;
      expect({ kind, ...outline(mail) }).toEqual({ kind, ...expected(meant, mail, name) });
      for (const phrase of meant.phrases) {
        expect(words(mail.text), `${kind}, text`).toContain(phrase);
        expect(words(mail.html), `${kind}, HTML`).toContain(phrase);
      }
    }
  });
}

/** What is compared exactly. */
function outline({ from, to, cc, bcc, subject, files, defects }: ReadMail) {
  return {
    from: from.map(({ address }) => address),
    to,
    cc,
    bcc,
    subject,
    defects,
    files: files
      .filter(({ disposition }) => disposition !== 'inline')
      .map(({ filename, mediaType, disposition, sha256: hash }) => [filename, mediaType, disposition, hash]),
    pictures: files
      .filter(({ disposition }) => disposition === 'inline')
      .map(({ mediaType, sha256: hash }) => [mediaType, hash]),
  };
}

function expected(
  { to, cc = [], bcc = [], subject, files = [], pictures = [] }: SentMessage['meant'],
  mail: ReadMail,
  parser: string,
) {
  return {
    from: ['support@acme.example'],
    to,
    cc,
    bcc,
    // A test of a template has the subject of an example.
    subject: subject === '*' ? mail.subject : subject,
    defects: [],
    files: files.map(({ name, sentName = name, type, bytes, sentAs = type }) => [
      // Postal-mime decodes a file name twice, so that one typed as an encoded word cannot reach it.
      parser === 'postal-mime' ? decodeWords(sentName) : sentName,
      sentAs,
      'attachment',
      sha256(bytes),
    ]),
    pictures: pictures.map((bytes) => ['image/png', sha256(bytes)]),
  };
}

test('docs/security.md lists every header that is written', async () => {
  const document = await readFile(new URL('../../../../docs/security.md', import.meta.url), 'utf8');
  const section = document.slice(document.indexOf('## What outgoing mail tells'));
  const firstCells = Array.from(section.matchAll(/^\|([^|]*)\|/gm), ([, cell]) => cell!);
  const listed = new Set(
    firstCells.flatMap((cell) => Array.from(cell.matchAll(/`([\w-]+)`/g), ([, name]) => name!.toLowerCase())),
  );
  for (const { kind, raw } of sent) {
    const names = fieldsOf(readMimeTree(raw));
    expect({ kind, missing: names.filter((name) => !listed.has(name)) }).toEqual({ kind, missing: [] });
  }
  const all = new Set(sent.flatMap(({ raw }) => fieldsOf(readMimeTree(raw))));
  for (const name of ['references', 'thread-index', 'list-unsubscribe-post', 'x-postroom-account-mail']) {
    expect(all, 'the messages have it').toContain(name);
  }
});

/** The names of the header fields of a message and its parts, in lower case; not of an attached message. */
function fieldsOf({ fields, children }: MimePart): string[] {
  return [...fields.map(({ name }) => name.toLowerCase()), ...children.flatMap(fieldsOf)];
}
