import { type Document, DomHandler } from 'domhandler';
import { Parser } from 'htmlparser2';

/** HTML that is parsed once, for all that is made of it. */
export type ReadHtml = {
  /** Null: it is too long, or too deeply nested, which takes quadratic time. */
  document: Document | null;
  /** The text that it shows, roughly: enough to compare its words. */
  shownText: string;
};

/** In characters; no document is made of more. */
const maxDocumentLength = 1_000_000;
/** Real mail stays below 100 levels. */
const maxDepth = 400;
/** In characters; enough to compare two texts. */
export const maxComparedLength = 200_000;

/** Parses HTML, in linear time. */
export function readHtml(html: string): ReadHtml {
  const shown = new ShownText();
  if (html.length > maxDocumentLength) {
    new Parser(new ShownTextHandler(shown)).end(html);
    return { document: null, shownText: shown.text };
  }
  const handler = new DocumentHandler(shown);
  try {
    new Parser(handler).end(html);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { document: null, shownText: shown.text };
  }
  return { document: handler.root, shownText: shown.text };
}

const hidden = new Set(['script', 'style', 'template', 'title']);
const inline = new Set('a abbr b big code em font i s small span strong sub sup u wbr'.split(' '));

/** Collects the shown text from the events of a parser, up to a limit of length and depth. */
class ShownText {
  text = '';
  isFull = false;
  private depth = 0;
  private hiddenDepth = 0;

  open(name: string): void {
    this.depth += 1;
    this.isFull ||= this.depth > maxDepth || this.text.length > maxComparedLength;
    if (hidden.has(name)) this.hiddenDepth += 1;
    if (!this.isFull && !inline.has(name)) this.text += ' ';
  }

  add(piece: string): void {
    if (!this.isFull && this.hiddenDepth === 0) this.text += piece;
  }

  close(name: string): void {
    this.depth -= 1;
    if (hidden.has(name)) this.hiddenDepth -= 1;
    if (!this.isFull && !inline.has(name)) this.text += ' ';
  }
}

/** Of a long document only as much is parsed as is compared. */
class ShownTextHandler {
  private readonly shown: ShownText;
  private parser: Parser | null = null;

  constructor(shown: ShownText) {
    this.shown = shown;
  }

  onparserinit(parser: Parser): void {
    this.parser = parser;
  }

  onopentag(name: string): void {
    this.shown.open(name);
    if (this.shown.isFull) this.parser?.pause();
  }

  ontext(piece: string): void {
    this.shown.add(piece);
  }

  onclosetag(name: string): void {
    this.shown.close(name);
  }
}

class DocumentHandler extends DomHandler {
  private readonly shown: ShownText;

  constructor(shown: ShownText) {
    super();
    this.shown = shown;
  }

  override onopentag(name: string, attribs: Record<string, string>): void {
    if (this.tagStack.length > maxDepth) throw new RangeError('nested too deep');
    this.shown.open(name);
    super.onopentag(name, attribs);
  }

  override ontext(piece: string): void {
    this.shown.add(piece);
    super.ontext(piece);
  }

  override onclosetag(name = ''): void {
    this.shown.close(name);
    super.onclosetag();
  }
}
