import { Button, Group, Table, Title } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { stringify } from 'csv-stringify/browser/esm/sync';
import { type ReactNode, useId } from 'react';
import { t } from '../../locales/messages.ts';
import styles from './figures.module.css';

/** A cell: what the table shows, and its value in the CSV file where that is another. */
export type Cell = string | number | { text: string; value: string | number };
export type ReportTable = { columns: string[]; rows: Cell[][] };

/** A plot with its figures as a table and as a CSV file. */
export function ReportFigure({
  title,
  table,
  controls,
  children,
}: {
  title: string;
  table: ReportTable;
  controls?: ReactNode;
  children?: ReactNode;
}) {
  const id = useId();
  return (
    <section className={styles.figure} aria-labelledby={id}>
      <Group justify="space-between" gap="xs" mb="sm">
        <Title order={2} id={id}>
          {title}
        </Title>
        <Group gap="xs">
          {controls}
          <Button
            variant="subtle"
            size="compact-sm"
            leftSection={<IconDownload size={14} aria-hidden />}
            aria-label={t('reports.downloadOf', { title })}
            onClick={() => download(title, table)}
          >
            CSV
          </Button>
        </Group>
      </Group>
      {children}
      <details className={styles.details}>
        <summary>{t('reports.asTable')}</summary>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls is reached by keyboard */}
        <section className={styles.scroll} aria-label={t('reports.tableOf', { title })} tabIndex={0}>
          <FigureTable {...table} />
        </section>
      </details>
    </section>
  );
}

function FigureTable({ columns, rows }: ReportTable) {
  return (
    <Table fz="sm" verticalSpacing={4} stickyHeader className={styles.table}>
      <Table.Thead>
        <Table.Tr>
          {columns.map((column) => (
            <Table.Th scope="col" key={column}>
              {column}
            </Table.Th>
          ))}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {rows.map(([first, ...cells]) => (
          <Table.Tr key={textOf(first!)}>
            <Table.Th scope="row" fw={400}>
              <bdi>{textOf(first!)}</bdi>
            </Table.Th>
            {cells.map((cell, index) => (
              <Table.Td key={columns[index + 1]}>{textOf(cell)}</Table.Td>
            ))}
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

const textOf = (cell: Cell) => (typeof cell === 'object' ? cell.text : String(cell));
const csvValueOf = (cell: Cell) => (typeof cell === 'object' ? cell.value : cell);

/** Saves a table as a CSV file (RFC 4180, UTF-8 with a byte order mark, which Excel needs). */
function download(title: string, { columns, rows }: ReportTable): void {
  // Names of customers' making could be formulas.
  const csv = stringify([columns, ...rows.map((row) => row.map(csvValueOf))], {
    bom: true,
    escape_formulas: true,
    record_delimiter: 'windows',
  });
  const url = URL.createObjectURL(new Blob([csv], { type: 'text/csv;charset=utf-8' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = `${title}.csv`;
  link.click();
  URL.revokeObjectURL(url);
}
