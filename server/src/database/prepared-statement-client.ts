import { createHash } from 'node:crypto';
import pg from 'pg';

const statementNames = new Map<string, string>();

/**
 * Has Postgres keep the plan of a statement with this text on each connection of ours that asks it:
 * planning one that joins many tables takes longer than running it. Only for texts that are few and do
 * not change, as each connection keeps them all.
 */
export function registerStatement(text: string): void {
  if (!statementNames.has(text))
    statementNames.set(text, createHash('sha256').update(text).digest('base64url'));
}

/** A connection that asks by name what has one (PREPARE, as the extended query protocol does it). */
export class PreparedStatementClient extends pg.Client {
  constructor(config?: string | pg.ClientConfig) {
    super(config);
    const originalQuery = this.query.bind(this) as (...args: unknown[]) => unknown;
    const namedQuery = (text: unknown, values: unknown, ...rest: unknown[]) => {
      const name = typeof text === 'string' && Array.isArray(values) ? statementNames.get(text) : undefined;
      return name ? originalQuery({ name, text, values }, ...rest) : originalQuery(text, values, ...rest);
    };
    this.query = namedQuery as typeof this.query;
  }
}
