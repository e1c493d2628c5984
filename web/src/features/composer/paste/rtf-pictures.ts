/**
 * The PNG and JPEG pictures of rich text (RTF 1.9.1, "Pictures"), in their order. Word puts its pictures there
 * and names in the HTML only files that a browser may not read. A picture in another form is an empty file, so
 * that the order stays. Copies for old programs (`nonshppict`) are left out.
 */
export function rtfPictures(rtf: string): File[] {
  const text = withoutGroups(rtf, '{\\nonshppict');
  const files: File[] = [];
  let end = 0;
  for (let at = text.indexOf('{\\pict'); at >= 0; at = text.indexOf('{\\pict', end)) {
    end = groupEnd(text, at);
    const group = text.slice(at, end);
    const type = group.includes('\\pngblip') ? 'png' : group.includes('\\jpegblip') ? 'jpeg' : null;
    // The bytes are last, below the groups and control words that describe them.
    const data = group.slice(group.lastIndexOf('}', group.length - 2) + 1).replace(/\\[a-z]+-?\d*/gi, '');
    const bytes = type ? fromHex(data) : new Uint8Array();
    const name = `image.${type === 'jpeg' ? 'jpg' : 'png'}`;
    files.push(new File([bytes], name, { type: `image/${type ?? 'png'}` }));
  }
  return files;
}

/** The position after the brace that closes the group at `start`. */
function groupEnd(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === '{') depth += 1;
    else if (text[at] === '}') {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return text.length;
}

function withoutGroups(text: string, start: string): string {
  const kept: string[] = [];
  let from = 0;
  for (let at = text.indexOf(start); at >= 0; at = text.indexOf(start, from)) {
    kept.push(text.slice(from, at));
    from = groupEnd(text, at);
  }
  return kept.join('') + text.slice(from);
}

function fromHex(digits: string): Uint8Array<ArrayBuffer> {
  const pairs = digits.replace(/[^\da-f]/gi, '').match(/../g) ?? [];
  return Uint8Array.from(pairs, (pair) => Number.parseInt(pair, 16));
}
