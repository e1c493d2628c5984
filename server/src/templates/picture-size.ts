/** A picture that mail programs show, with its size in pixels. */
export type Picture = { mediaType: 'image/png' | 'image/jpeg' | 'image/gif'; width: number; height: number };

/**
 * Reads what a picture is from its bytes, whatever its name claims: PNG (W3C PNG, IHDR), GIF (GIF89a, logical screen)
 * or JPEG (ITU T.81, frame header). Null for anything else: Outlook on Windows shows no WebP, AVIF or SVG
 * (caniemail.com, "Image formats").
 */
export function readPicture(bytes: Buffer): Picture | null {
  const picture = readPng(bytes) ?? readGif(bytes) ?? readJpeg(bytes);
  return picture && picture.width > 0 && picture.height > 0 ? picture : null;
}

const pngSignature = Buffer.from('89504e470d0a1a0a', 'hex');

function readPng(bytes: Buffer): Picture | null {
  const isPng = bytes.length >= 24 && bytes.subarray(0, 8).equals(pngSignature);
  if (!isPng || bytes.toString('latin1', 12, 16) !== 'IHDR') return null;
  return { mediaType: 'image/png', width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
}

function readGif(bytes: Buffer): Picture | null {
  if (bytes.length < 10 || !/^GIF8[79]a$/.test(bytes.toString('latin1', 0, 6))) return null;
  return { mediaType: 'image/gif', width: bytes.readUInt16LE(6), height: bytes.readUInt16LE(8) };
}

function readJpeg(bytes: Buffer): Picture | null {
  if (bytes.length < 4 || bytes.readUInt16BE(0) !== 0xffd8) return null;
  // Segments follow each other: a marker of two bytes, a length that includes itself, and the content.
  for (let at = 2; at + 9 <= bytes.length; at += 2 + bytes.readUInt16BE(at + 2)) {
    if (bytes[at] !== 0xff) return null;
    const marker = bytes[at + 1]!;
    // Frame headers are C0 to CF but for tables (C4, C8, CC).
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame)
      return {
        mediaType: 'image/jpeg',
        height: bytes.readUInt16BE(at + 5),
        width: bytes.readUInt16BE(at + 7),
      };
    if (bytes.readUInt16BE(at + 2) < 2) return null;
  }
  return null;
}
