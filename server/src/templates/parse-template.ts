import { type CheerioAPI, load } from 'cheerio/slim';

/** Parses HTML as mail needs it: what it does not change is written as it was, without the entities rewritten. */
export function parseTemplate(html: string): CheerioAPI {
  return load(html, { xml: { decodeEntities: false, xmlMode: false, withStartIndices: true } }, false);
}
