import { expect, test } from 'vitest';
import { rtfPictures } from './rtf-pictures.ts';

const png = '89504e470d0a1a0a';
const jpeg = 'ffd8ffe000104a464946';

async function hexOf(file: File): Promise<string> {
  return Buffer.from(await file.arrayBuffer()).toString('hex');
}

test('pictures are read in their order, without the copies for old programs', async () => {
  const files = rtfPictures(
    `{\\rtf1 {\\b text \\{ \\}}{\\*\\shppict{\\pict{\\*\\picprop{\\sp{\\sn a}{\\sv b}}}\\picw12\\pngblip\\bliptag-19{\\*\\blipuid 00ff}\n${png.slice(0, 6)}\r\n${png.slice(6)}}}{\\nonshppict{\\pict\\wmetafile8 0100}}{\\pict\\jpegblip\\picwgoal100 ${jpeg}}}`,
  );
  expect(files.map(({ type }) => type)).toEqual(['image/png', 'image/jpeg']);
  expect(await Promise.all(files.map(hexOf))).toEqual([png, jpeg]);
});

test('a picture in a form that browsers cannot show is empty', () => {
  expect(rtfPictures('{\\rtf1{\\pict\\emfblip 0100}}').map(({ size }) => size)).toEqual([0]);
});

test('damaged rich text gives no picture or what there is of it', () => {
  expect(rtfPictures('')).toEqual([]);
  expect(rtfPictures('{\\pict\\pngblip 89').map(({ size }) => size)).toEqual([1]);
  expect(rtfPictures('{\\pict'.repeat(100_000))).toHaveLength(1);
});
