import { loadLater } from '../../load-later.ts';

const parser = loadLater<typeof import('parse5')>('parse5');

const tablePart = /<(?:table|caption|colgroup|col|thead|tbody|tfoot|tr|td|th)\b/i;

/**
 * HTML whose parts of tables are all in a table of their own, as a browser reads them (HTML §13.2.6.4). A cell without
 * a table, or a table directly within a table, would close the cell of a template that the HTML is put into.
 * The HTML has balanced tags and is at most some hundred elements deep.
 */
export function withWellFormedTables(html: string): string {
  if (!tablePart.test(html)) return html;
  const { defaultTreeAdapter, html: htmlNames, parseFragment, serialize } = parser();
  const context = defaultTreeAdapter.createElement('div', htmlNames.NS.HTML, []);
  return serialize(parseFragment(context, html, {}));
}
