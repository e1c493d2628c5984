import type { DomNode } from 'html-to-text';

/** A cell with more characters than this is no value but a part of a page. */
const maxCellLength = 300;
/** Columns of a table of data; more are the grid of a page, and laying them out takes quadratic time. */
const maxColumns = 40;
const maxCells = 20_000;

/**
 * Whether a table holds data, and is no layout: at least two rows and two columns of short texts, without
 * tables or headings in its cells. `role="presentation"` says that it is layout (WAI-ARIA).
 */
export function isDataTable(table: DomNode): boolean {
  const { role = '' } = table.attribs ?? {};
  if (/^(presentation|none)$/i.test(role.trim())) return false;
  const rows = rowsOf(table);
  if (!rows || columnsOf(table) > maxColumns) return false;
  const cells = rows.flat();
  if (cells.length > maxCells || cells.some((cell) => lengthOf(cell) > maxCellLength)) return false;
  return rows.filter((row) => row.filter((cell) => lengthOf(cell) > 0).length > 1).length > 1;
}

/** The number of columns, counted by the cells of the longest row. */
export function columnsOf(table: DomNode): number {
  const lengths = (rowsOf(table) ?? []).map((row) => row.reduce((sum, cell) => sum + spanOf(cell), 0));
  return lengths.reduce((most, length) => Math.max(most, length), 1);
}

/** Limits `colspan` and `rowspan`, which are laid out cell by cell, to the size of the table. */
export function limitSpans(table: DomNode): void {
  const rows = rowsOf(table) ?? [];
  const columns = columnsOf(table);
  for (const [index, row] of rows.entries()) {
    for (const { attribs } of row) {
      if (!attribs) continue;
      if (attribs.colspan) attribs.colspan = String(clamp(attribs.colspan, columns));
      if (attribs.rowspan) attribs.rowspan = String(clamp(attribs.rowspan, rows.length - index));
    }
  }
}

const spanOf = (cell: DomNode) => clamp(cell.attribs?.colspan ?? '1', maxColumns + 1);

function clamp(span: string, most: number): number {
  return Math.max(1, Math.min(Number.parseInt(span, 10) || 1, most));
}

const known = new WeakMap<DomNode, DomNode[][] | null>();

/** The cells of each row; null if they hold what only a layout has. */
function rowsOf(table: DomNode): DomNode[][] | null {
  const found = known.get(table);
  if (found !== undefined) return found;
  const rows: DomNode[][] = [];
  const groups = elements(table).flatMap((child) =>
    /^(thead|tbody|tfoot)$/.test(child.name ?? '') ? elements(child) : [child],
  );
  for (const row of groups) {
    if (row.name === 'tr') rows.push(elements(row).filter(({ name }) => name === 'td' || name === 'th'));
  }
  const value = rows.flat().some(hasLayout) ? null : rows;
  known.set(table, value);
  return value;
}

function hasLayout(node: DomNode): boolean {
  return elements(node).some((child) => /^(table|h[1-6])$/.test(child.name ?? '') || hasLayout(child));
}

function lengthOf(node: DomNode): number {
  if (node.type === 'text') return (node.data ?? '').trim().length;
  return (node.children ?? []).reduce((sum, child) => sum + lengthOf(child), 0);
}

function elements(node: DomNode): DomNode[] {
  return (node.children ?? []).filter(({ type }) => type === 'tag');
}
