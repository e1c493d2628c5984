import { cellColor } from './colors.ts';

/**
 * Keeps tables of data; of tables of layout, such as a signature beside a logo, it keeps what is in the cells, in
 * reading order. Backgrounds go to the cells, and a caption stands above its table.
 */
export function convertTables(page: Document): void {
  const tables = [...page.body.querySelectorAll('table')];
  const layouts = new Set(tables.filter(isLayout));
  // Inner tables first.
  for (const table of tables.reverse()) {
    if (layouts.has(table)) unwrapCells(page, table);
    else convertData(page, table);
  }
}

function isLayout(table: HTMLTableElement): boolean {
  if (/^(presentation|none)$/i.test(table.getAttribute('role') ?? '')) return true;
  if (table.querySelector('table')) return true;
  const cells = [...table.rows].flatMap((row) => [...row.cells]);
  if (cells.length <= 1) return true;
  return table.querySelector('img') !== null && ![table, ...cells].some(hasBorder);
}

function hasBorder(one: HTMLElement): boolean {
  const styles = ['borderTopStyle', 'borderBottomStyle', 'borderLeftStyle', 'borderRightStyle'] as const;
  return (
    Number(one.getAttribute('border') ?? 0) > 0 ||
    styles.some((side) => one.style[side] !== '' && one.style[side] !== 'none')
  );
}

function unwrapCells(page: Document, table: HTMLTableElement): void {
  const parts = [...table.rows].flatMap((row) =>
    [...row.cells].map((cell) => {
      const part = page.createElement('div');
      part.append(...cell.childNodes);
      return part;
    }),
  );
  table.replaceWith(...parts);
}

function convertData(page: Document, table: HTMLTableElement): void {
  const { caption } = table;
  if (caption) {
    const line = page.createElement('p');
    line.append(...caption.childNodes);
    caption.remove();
    table.before(line);
  }
  for (const row of table.rows) {
    for (const cell of row.cells) {
      const color = [cell, row, table].map((one) => backgroundOf(one)).find(Boolean);
      cell.style.backgroundColor = (color && cellColor(color)) ?? '';
    }
  }
}

function backgroundOf(one: HTMLElement): string {
  return one.style.backgroundColor || one.getAttribute('bgcolor') || '';
}
