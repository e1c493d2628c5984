/**
 * Joins the lines of `format=flowed` text to paragraphs (RFC 3676 §4). Quoted lines keep their ">",
 * and a signature separator (`-- `) is never joined. `deleteSpace`: the parameter DelSp=yes.
 */
export function unflow(text: string, deleteSpace: boolean): string {
  const lines: string[] = [];
  let paragraph: { depth: number; text: string } | null = null;
  const finish = () => {
    if (paragraph)
      lines.push(paragraph.depth > 0 ? `${'>'.repeat(paragraph.depth)} ${paragraph.text}` : paragraph.text);
    paragraph = null;
  };
  for (const line of text.split('\n')) {
    const depth = /^>*/.exec(line)![0].length;
    const content = line.slice(depth).replace(/^ /, '');
    const flows = content.endsWith(' ') && content !== '-- ';
    if (paragraph && (paragraph.depth !== depth || content === '-- ')) finish();
    const joined: string = (paragraph?.text ?? '') + (flows && deleteSpace ? content.slice(0, -1) : content);
    paragraph = { depth, text: joined };
    if (!flows) finish();
  }
  finish();
  return lines.join('\n');
}
