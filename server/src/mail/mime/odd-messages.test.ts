import { expect, test } from 'vitest';
import { messageNames, readExpectation, readMessage } from '../../testing/messages.ts';
import type { NameAndAddress } from './address-list.ts';
import { type MimePart, readMimeTree } from './mime-tree.ts';
import { parseMime } from './parse-mime.ts';
import { decodeUuencoded, splitUuencoded } from './uuencode.ts';

/** The media type of a part, and the trees of the parts in it. */
type Tree = [type: string, ...parts: Tree[]];
type File = { filename: string; mediaType?: string; content?: string; base64?: string };

/** The content of `NAME.json` for `NAME.eml`; absent members are not checked. */
type Expectation = Partial<{
  from: string[];
  to: string[];
  cc: string[];
  replyTo: string[];
  subject: string;
  messageId: string;
  inReplyTo: string;
  date: string | null;
  text: string | null;
  html: string | null;
  attachments: File[];
  protection: string | null;
  tree: Tree;
}>;

test.each(messageNames('mime'))('%s', async (name) => {
  const raw = readMessage('mime', name);
  const expectation = readExpectation<Expectation>('mime', name);
  const mail = await parseMime(raw);
  if (mail.kind !== 'parsed') throw new Error(mail.reason);
  const uuencoded = splitUuencoded(mail.text ?? '');
  expect({
    from: people(mail.from ? [mail.from] : []),
    to: people(mail.to),
    cc: people(mail.cc),
    replyTo: people(mail.replyTo),
    subject: mail.subject,
    messageId: mail.messageId,
    inReplyTo: mail.inReplyTo,
    date: mail.date?.toISOString() ?? null,
    text: uuencoded?.text ?? mail.text,
    html: mail.html,
    attachments: [...mail.attachments, ...(uuencoded?.files ?? [])].map(({ bytes, ...file }) => {
      const content = decodeUuencoded(bytes) ?? Buffer.from(bytes);
      return { ...file, content: content.toString('utf8'), base64: content.toString('base64') };
    }),
    protection: mail.protection,
    tree: treeOf(readMimeTree(raw)),
  }).toMatchObject(expectation);
});

function people(list: NameAndAddress[]): string[] {
  return list.map(({ name, address }) => (name ? `${name} <${address}>` : `<${address}>`));
}

function treeOf({ contentType, children }: MimePart): Tree {
  return [contentType.value, ...children.map(treeOf)];
}
