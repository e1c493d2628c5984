import { expect, test } from 'vitest';
import { previewSent } from './preview-sent.ts';

const someone = { name: 'Ana', address: 'ana@mail.example' };
const envelope = { from: null, to: someone, subject: 'Hello' };
const picture = (contentId: string | null) => ({
  filename: 'a.png',
  mediaType: 'image/png',
  contentId,
  bytes: Buffer.from('picture'),
});

test('the preview of a message is its HTML and text as they are sent', async () => {
  const html = `<!doctype html>\n<html lang="en"><head><style>\n[data-ogsc] .x{color:#fff}\n</style></head><body>\n<!--[if mso]><v:rect/><![endif]--><p>Größe 日本 =?x?= ${'long '.repeat(300)}</p>\n</body></html>`;
  const sent = await previewSent({ html, text: 'Größe 日本\n-- \nAna' }, envelope);
  expect(sent.html).toBe(html);
  expect(sent.bytes).toBe(Buffer.byteLength(html));
  expect(sent.text).toBe('Größe 日本\n-- \nAna');
});

test('pictures in parts of the message are shown; one without its part is left out', async () => {
  const html = '<img src="cid:one@x" alt="1"><td background="cid:one@x"></td><img src="cid:gone@x" alt="2">';
  const data = `data:image/png;base64,${Buffer.from('picture').toString('base64')}`;
  const sent = await previewSent(
    { html, text: '' },
    { ...envelope, pictures: [picture('one@x'), picture(null)] },
  );
  expect(sent.html).toBe(`<img src="${data}" alt="1"><td background="${data}"></td>`);
});
