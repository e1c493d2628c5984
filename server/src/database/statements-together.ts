import pg from 'pg';
import utils from 'pg/lib/utils.js';

/** A statement with its values. `name`: Postgres keeps its plan on the connection under this name. */
export type SentStatement = { text: string; values: readonly unknown[]; name?: string };

type PgConnection = {
  stream: { cork(): void; uncork(): void };
  parsedStatements: Record<string, string>;
  parse(statement: { name: string; text: string; types: [] }): void;
  bind(portal: { portal: string; statement: string; values: unknown[] }): void;
  describe(portal: { type: 'P'; name: string }): void;
  execute(portal: { portal: string; rows: number }): void;
  sync(): void;
  on(event: 'parseComplete', listener: () => void): void;
  off(event: 'parseComplete', listener: () => void): void;
};

/** What a Result knows of its columns. */
type Columns = Pick<ReadResult, 'fields' | '_parsers' | '_prebuiltEmptyResultObject'>;

/** pg's own Result, whose methods its types leave out. */
type ReadResult = pg.QueryResult & {
  _parsers: unknown;
  _prebuiltEmptyResultObject: unknown;
  addFields(fields: unknown): void;
  parseRow(fields: unknown): object;
  addRow(row: object): void;
  addCommandComplete(message: unknown): void;
};

/**
 * The columns of statements whose plans are kept, by names. Postgres describes them once: it refuses to run a plan whose
 * columns have changed since.
 */
const described = new WeakMap<PgConnection, Map<string, Columns>>();

/**
 * Sends statements in one round trip, in the order given: there is one Sync, after the last. If one fails, Postgres
 * skips all after it (https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-PIPELINING). Each sees
 * what those before it, and other transactions until then, have written. Call `pg.Client.query` with it.
 */
export class StatementsTogether {
  callback: (error: Error | null, results?: pg.QueryResult[]) => void = () => {};
  private readonly results: ReadResult[] = [];
  private current!: ReadResult;
  private readonly statements: SentStatement[];
  private readonly newResult: () => ReadResult;
  private unparsed: Array<{ name: string; text: string }> = [];
  private columns = new Map<string, Columns>();
  private failure: Error | null = null;

  constructor(statements: SentStatement[], types: { getTypeParser: unknown }) {
    this.statements = statements;
    const Result = pg.Result as unknown as new (rowMode: undefined, types: unknown) => ReadResult;
    this.newResult = () => new Result(undefined, types);
  }

  submit(connection: PgConnection): Error | null {
    let values: unknown[][];
    try {
      values = this.statements.map((statement) => statement.values.map((value) => utils.prepareValue(value)));
    } catch (error) {
      return error as Error;
    }
    this.columns = described.get(connection) ?? this.columns;
    described.set(connection, this.columns);
    this.beginResult();
    connection.stream.cork();
    for (const [at, { text, name = '' }] of this.statements.entries()) {
      const isKnown =
        name !== '' &&
        (name in connection.parsedStatements || this.unparsed.some((parsing) => parsing.name === name));
      if (!isKnown) {
        this.unparsed.push({ name, text });
        connection.parse({ name, text, types: [] });
      }
      connection.bind({ portal: '', statement: name, values: values[at]! });
      if (!this.columns.has(name)) connection.describe({ type: 'P', name: '' });
      connection.execute({ portal: '', rows: 0 });
    }
    connection.sync();
    connection.stream.uncork();
    const onParsed = () => {
      const { name, text } = this.unparsed.shift()!;
      if (name !== '') connection.parsedStatements[name] = text;
      if (this.unparsed.length === 0) this.stopListening();
    };
    this.stopListening = () => connection.off('parseComplete', onParsed);
    if (this.unparsed.length > 0) connection.on('parseComplete', onParsed);
    return null;
  }

  private stopListening = () => {};

  private beginResult(): void {
    const { name = '' } = this.statements[this.results.length] ?? {};
    this.current = Object.assign(this.newResult(), this.columns.get(name));
  }

  handleRowDescription({ fields }: { fields: unknown }): void {
    this.current.addFields(fields);
  }

  handleDataRow({ fields }: { fields: unknown }): void {
    try {
      this.current.addRow(this.current.parseRow(fields));
    } catch (error) {
      this.failure ??= error as Error;
    }
  }

  handleCommandComplete(message: unknown): void {
    const { name } = this.statements[this.results.length]!;
    const { fields, _parsers, _prebuiltEmptyResultObject } = this.current;
    if (name) this.columns.set(name, { fields, _parsers, _prebuiltEmptyResultObject });
    this.current.addCommandComplete(message);
    this.results.push(this.current);
    this.beginResult();
  }

  handleError(error: Error): void {
    this.stopListening();
    this.callback(error);
  }

  handleReadyForQuery(): void {
    this.callback(this.failure, this.results);
  }
}
