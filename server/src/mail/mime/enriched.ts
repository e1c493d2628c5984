/** Converts text/enriched (RFC 1896) or text/richtext (RFC 1341) to plain text by their rules for line breaks. */
export function textFromEnriched(enriched: string, subtype: 'enriched' | 'richtext'): string {
  const parts = enriched.split(/(<<|<\/?[a-z0-9-]{1,60}>)/i);
  let text = '';
  let [nofillDepth, paramDepth] = [0, 0];
  for (const [index, part] of parts.entries()) {
    const command = index % 2 === 1 ? part.toLowerCase() : null;
    if (command === null) {
      if (paramDepth === 0)
        text += subtype === 'richtext' ? part.replace(/\n/g, ' ') : joinLines(part, nofillDepth);
    } else if (command === '<<') text += '<';
    else if (command === '<lt>') text += '<';
    else if (command === '<nl>') text += '\n';
    else if (command === '</paragraph>') text += '\n\n';
    else if (command === '<param>' || command === '<comment>') paramDepth += 1;
    else if (command === '</param>' || command === '</comment>') paramDepth = Math.max(0, paramDepth - 1);
    else if (command === '<nofill>') nofillDepth += 1;
    else if (command === '</nofill>') nofillDepth = Math.max(0, nofillDepth - 1);
  }
  return text;
}

/** RFC 1896: a single line break is a space; of several in a row, one is dropped. */
function joinLines(text: string, nofillDepth: number): string {
  return nofillDepth > 0
    ? text
    : text.replace(/\n+/g, (breaks) => (breaks.length === 1 ? ' ' : breaks.slice(1)));
}
