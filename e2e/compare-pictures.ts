import pixelmatch from 'pixelmatch';
import { PNG } from 'pngjs';

/** Both pictures on white, as large as the larger one; the share is of the pixels of the second. */
export function compare(one: PNG, other: PNG): { share: number; image: PNG } {
  const [width, height] = [Math.max(one.width, other.width), Math.max(one.height, other.height)];
  const image = new PNG({ width, height });
  const differing = pixelmatch(
    onWhite(one, width, height).data,
    onWhite(other, width, height).data,
    image.data,
    width,
    height,
    { threshold: 0.1 },
  );
  return { share: differing / (other.width * other.height), image };
}

function onWhite(image: PNG, width: number, height: number): PNG {
  const padded = new PNG({ width, height });
  padded.data.fill(255);
  PNG.bitblt(image, padded, 0, 0, image.width, image.height, 0, 0);
  return padded;
}
