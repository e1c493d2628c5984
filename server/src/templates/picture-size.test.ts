import { expect, test } from 'vitest';
import { onePixelPng } from '../testing/template-form.ts';
import { readPicture } from './picture-size.ts';

const gif = Buffer.from('R0lGODlhAwACAAAAACwAAAAAAwACAAACA4QvCgA7', 'base64');
/** Start of image, an APP0 segment, and a frame header of 5 by 4 pixels (ITU T.81). */
const jpeg = Buffer.from('ffd8ffe000104a46494600010100000100010000ffc0000b080004000501011100', 'hex');

test('pictures are known by their bytes, with their size', () => {
  expect(readPicture(onePixelPng)).toEqual({ mediaType: 'image/png', width: 1, height: 1 });
  expect(readPicture(gif)).toEqual({ mediaType: 'image/gif', width: 3, height: 2 });
  expect(readPicture(jpeg)).toEqual({ mediaType: 'image/jpeg', width: 5, height: 4 });
});

test.each([
  ['nothing', Buffer.alloc(0)],
  ['SVG', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>')],
  ['WebP', Buffer.from('524946461a000000574542505650384c0d0000002f000000', 'hex')],
  ['a PNG that is cut off', onePixelPng.subarray(0, 20)],
  ['a JPEG without a frame', jpeg.subarray(0, 20)],
  ['a JPEG whose segment has no length', Buffer.from('ffd8ffe00000ffe00000ffe000000000', 'hex')],
  ['a PNG without a size', Buffer.concat([onePixelPng.subarray(0, 16), Buffer.alloc(20)])],
])('%s is no picture for mail', (_what, bytes) => {
  expect(readPicture(bytes)).toBeNull();
});
