import { expect, test } from 'vitest';
import { resolvePictures } from './content-ids.ts';

test.each(['cid:a@b', 'CID:a@b', '&#99;id:a@b', '&#x63;id:a@b', 'cid&colon;a@b', 'cid&#58;a@b', 'cid:a%40b'])(
  'an image of %s is shown if the part is there, and removed else',
  (src) => {
    const html = `<p>x <img src="${src}"></p>`;
    expect(resolvePictures(html, new Set(['a@b']))).toEqual({ html, shown: new Set(['a@b']) });
    expect(resolvePictures(html, new Set())).toEqual({ html: '<p>x </p>', shown: new Set() });
  },
);
