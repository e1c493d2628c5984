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

/** pg's own Result, whose methods its types leave out. */
type ReadResult = pg.QueryResult & {
  addFields(fields: unknown): void;
  parseRow(fields: unknown): object;
  addRow(row: object): void;
  addCommandComplete(message: unknown): void;
};

/**
 * Sends statements in one round trip, in the order given: there is one Sync, after the last. If one fails, Postgres
 * skips all after it (https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-PIPELINING). Each sees
 * what those before it, and other transactions until then, have written. Call `pg.Client.query` with it.
 */
export class StatementsTogether {
  callback: (error: Error | null, results?: pg.QueryResult[]) => void = () => {};
  private readonly results: ReadResult[] = [];
  private current: ReadResult;
  private readonly statements: SentStatement[];
  private readonly newResult: () => ReadResult;
  private unparsed: Array<{ name: string; text: string }> = [];
  private failure: Error | null = null;

  constructor(statements: SentStatement[], types: { getTypeParser: unknown }) {
    this.statements = statements;
    const Result = pg.Result as unknown as new (rowMode: undefined, types: unknown) => ReadResult;
    this.newResult = () => new Result(undefined, types);
    this.current = this.newResult();
  }

  submit(connection: PgConnection): Error | null {
    let values: unknown[][];
    try {
      values = this.statements.map((statement) => statement.values.map((value) => utils.prepareValue(value)));
    } catch (error) {
      return error as Error;
    }
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
      connection.describe({ type: 'P', name: '' });
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
    this.current.addCommandComplete(message);
    this.results.push(this.current);
    this.current = this.newResult();
  }

  handleError(error: Error): void {
    this.stopListening();
    this.callback(error);
  }

  handleReadyForQuery(): void {
    this.callback(this.failure, this.results);
  }
}
