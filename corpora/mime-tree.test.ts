import PostalMime from 'postal-mime';
import { expect } from 'vitest';
import { decodedBody, type MimePart, readMimeTree } from '../server/src/mail/mime/mime-tree.ts';
import { corpus, testWithCorpora } from './corpora.ts';
import { record } from './figures.ts';

testWithCorpora('48 MIME trees and their decoded bodies equal the reference', async ({ task }) => {
  const { names, read } = corpus('mime-tree');
  const messages = names.filter((name) => name.endsWith('.msg'));
  let byPostalMime = 0;
  for (const name of messages) {
    const drawn = read(name.replace('.msg', '_decoded.xml')).toString('utf8');
    const expected = [
      ...drawn.matchAll(/<(\/?(?:multipart|message)|(?:text|binary)-body name="([^"]*)"\/)>/g),
    ];
    const found = ['message', ...outline(readMimeTree(read(name))), '/message'];
    expect(
      found.map((step) => (typeof step === 'string' ? step : 'body')),
      name,
    ).toEqual(expected.map(([, tag, file]) => (file ? 'body' : tag)));
    for (const [index, [, , file]] of expected.entries()) {
      const part = found[index];
      if (!file || typeof part === 'string' || part === undefined) continue;
      // Line endings are not compared.
      expect(unixLines(decodedBody(part)) === unixLines(read(file)), `${name}: ${file}`).toBe(true);
    }
    const bodies = expected.flatMap(([, , file]) => (file ? [letters(read(file))] : []));
    const texts = await textsByPostalMime(read(name));
    if (bodies.every((body) => texts.some((text) => text.includes(body)))) byPostalMime += 1;
  }
  expect(messages).toHaveLength(48);
  record(task, {
    what: 'MIME: trees of parts with equal decoded bodies',
    of: messages.length,
    postroom: messages.length,
    others: [{ name: 'postal-mime (bodies only, it returns no tree)', count: byPostalMime }],
  });
});

function outline(part: MimePart): Array<string | MimePart> {
  const type = part.contentType.value;
  if (type.startsWith('multipart/')) return ['multipart', ...part.children.flatMap(outline), '/multipart'];
  if (type === 'message/rfc822') return ['message', ...outline(readMimeTree(decodedBody(part))), '/message'];
  return [part];
}

function unixLines(bytes: Buffer): string {
  return bytes.toString('latin1').replace(/\r\n/g, '\n');
}

/** The texts that postal-mime finds in a message and in the messages attached to it. */
async function textsByPostalMime(raw: Uint8Array): Promise<string[]> {
  const options = { rfc822Attachments: true, forceRfc822Attachments: true };
  const { text, html, attachments } = await PostalMime.parse(raw, options);
  const texts = [text, html].map((each) => letters(Buffer.from(each ?? '')));
  for (const { mimeType, content } of attachments) {
    const bytes = typeof content === 'string' ? Buffer.from(content) : Buffer.from(new Uint8Array(content));
    texts.push(letters(bytes));
    if (mimeType === 'message/rfc822') texts.push(...(await textsByPostalMime(bytes)));
  }
  return texts;
}

/** ASCII letters and digits only: the parsed text is Unicode, the reference has bytes in the part's charset. */
function letters(bytes: Buffer): string {
  return bytes.toString('latin1').replace(/[^A-Za-z0-9]/g, '');
}
