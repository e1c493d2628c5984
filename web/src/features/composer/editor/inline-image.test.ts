import { expect, test } from 'vitest';
import { withoutUploads } from './inline-image.ts';

test('pictures that are being uploaded are left out, whatever they are called', () => {
  const upload = '<img src="upload:1" alt="a > b &quot;c&quot;" width="40" style="max-width: 100%;">';
  const stored = '<img src="cid:2@acme.example" alt="a > b" style="max-width: 100%;">';
  expect(withoutUploads(`<p>One${upload} two${stored}</p><p>${upload}</p>`)).toBe(
    `<p>One two${stored}</p><p></p>`,
  );
});
