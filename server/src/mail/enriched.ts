/** The words of text/enriched (RFC 1896) or text/richtext (RFC 1341): formatting out, its line rules applied. */
export function textFromEnriched(enriched: string, subtype: 'enriched' | 'richtext'): string {
  const parts = enriched.split(/(<<|<\/?[a-z0-9-]{1,60}>)/i);
  let text = '';
  let [unfilled, parameter] = [0, 0];
  for (const [index, part] of parts.entries()) {
    const command = index % 2 === 1 ? part.toLowerCase() : null;
    if (command === null) {
      if (parameter === 0) text += subtype === 'richtext' ? part.replace(/\n/g, ' ') : fill(part, unfilled);
    } else if (command === '<<') text += '<';
    else if (command === '<lt>') text += '<';
    else if (command === '<nl>') text += '\n';
    else if (command === '</paragraph>') text += '\n\n';
    else if (command === '<param>' || command === '<comment>') parameter += 1;
    else if (command === '</param>' || command === '</comment>') parameter = Math.max(0, parameter - 1);
    else if (command === '<nofill>') unfilled += 1;
    else if (command === '</nofill>') unfilled = Math.max(0, unfilled - 1);
  }
  return text;
}

/** RFC 1896: one line break is a space, of more all but one stay. */
function fill(text: string, unfilled: number): string {
  return unfilled > 0
    ? text
    : text.replace(/\n+/g, (breaks) => (breaks.length === 1 ? ' ' : breaks.slice(1)));
}
