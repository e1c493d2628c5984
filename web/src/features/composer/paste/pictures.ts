import type { Pasted } from './pasted.ts';
import { rtfPictures } from './rtf-pictures.ts';

/** Where pasted pictures can come from. */
export type PictureSource = {
  /** The clipboard's rich text, which has the pictures of Word; empty if there is none. */
  rtf(): string;
  /** Whether a picture can become an attachment. */
  canUpload: boolean;
  /** Whether the message has a picture with this Content-ID. */
  has(contentId: string): boolean;
};

/**
 * Decides for each picture: one whose bytes are in the clipboard or on this server is uploaded, one on the web
 * (https) stays there, and any other is left out.
 */
export function convertPictures(page: Document, source: PictureSource, pasted: Pasted): void {
  const images = [...page.body.querySelectorAll('img')].filter((image) => !replaceTiny(image));
  const local = images.filter(({ src }) => src.startsWith('file:'));
  const fromRtf = local.length > 0 ? rtfPictures(source.rtf()) : [];
  for (const image of images) {
    const src = image.getAttribute('src')?.trim() ?? '';
    setWidth(image);
    if (/^cid:/i.test(src) && source.has(src.slice('cid:'.length))) continue;
    // Word writes one picture for each image, in the same order.
    const file = fromRtf.length === local.length ? fromRtf[local.indexOf(image)] : undefined;
    const read = readerOf(src, file);
    if (read && source.canUpload) {
      const id = crypto.randomUUID();
      pasted.uploads.push({ id, preview: file ? URL.createObjectURL(file) : src, read });
      image.setAttribute('src', `upload:${id}`);
    } else if (isRemote(src)) pasted.remoteHosts.add(new URL(src).host);
    else {
      image.remove();
      pasted.leftOut.add(read ? 'files' : 'pictures');
    }
  }
}

const isOwn = (src: string) => src.startsWith(`${location.origin}/`);
const isRemote = (src: string) => /^https:\/\//i.test(src) && URL.canParse(src) && !isOwn(src);

/** Replaces an emoji by itself, and removes a picture that nobody sees, such as one that counts readers. */
function replaceTiny(image: HTMLImageElement): boolean {
  const isEmoji = /^\p{RGI_Emoji}+$/v;
  const alt = image.alt.trim();
  const sizes = [image.getAttribute('width') || image.style.width, image.getAttribute('height')].map((size) =>
    Number.parseFloat(size || '100'),
  );
  if (isEmoji.test(alt)) image.replaceWith(alt);
  else if (sizes.some((size) => size <= 2)) image.remove();
  else return false;
  return true;
}

/** As wide as on the page that it comes from, in pixels. */
function setWidth(image: HTMLImageElement): void {
  const width = Math.round(Number.parseFloat(image.style.width || image.getAttribute('width') || ''));
  const isPixels = !/%|em/.test(image.style.width || image.getAttribute('width') || '');
  if (width > 0 && width < 4_000 && isPixels) image.setAttribute('width', String(width));
  else image.removeAttribute('width');
}

function readerOf(src: string, file: File | undefined): (() => Promise<File | null>) | null {
  if (file) return async () => (file.size > 0 ? file : null);
  if (/^data:image\//i.test(src)) return async () => toMailPicture(dataFile(src), src);
  if (!isOwn(src)) return null;
  return async () => {
    const response = await fetch(src);
    if (!response.ok) return null;
    const bytes = await response.blob();
    return toMailPicture(named(bytes, bytes.type), src);
  };
}

/** The bytes of a `data:` URL (RFC 2397); null if they are damaged. */
function dataFile(url: string): File | null {
  const comma = url.indexOf(',');
  const [type = '', ...parameters] = url.slice('data:'.length, comma).split(';');
  try {
    const text = decodeURIComponent(url.slice(comma + 1));
    const isBase64 = parameters.some((one) => one.trim().toLowerCase() === 'base64');
    const bytes = isBase64 ? Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0)) : text;
    return named(new Blob([bytes]), type.toLowerCase());
  } catch {
    return null;
  }
}

function named(bytes: Blob, type: string): File {
  const extension = /^image\/(\w+)/.exec(type)?.[1]?.replace('jpeg', 'jpg') ?? 'png';
  return new File([bytes], `image.${extension}`, { type });
}

const mailTypes = /^image\/(png|jpeg|gif|webp)$/;

/** A picture in a form that mail clients show: others, such as SVG, are drawn as PNG. Null if that fails. */
async function toMailPicture(file: File | null, src: string): Promise<File | null> {
  if (!file || mailTypes.test(file.type)) return file;
  try {
    const image = new Image();
    image.src = src;
    await image.decode();
    const canvas = document.createElement('canvas');
    canvas.width = image.naturalWidth || 300;
    canvas.height = image.naturalHeight || 150;
    canvas.getContext('2d')!.drawImage(image, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
    return blob && named(blob, 'image/png');
  } catch {
    return null;
  }
}
