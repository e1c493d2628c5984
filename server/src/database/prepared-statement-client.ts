import { createHash } from 'node:crypto';
import pg from 'pg';

const names = new Map<string, string>();

/**
 * Has Postgres keep the plan of a statement with this text on each connection of ours that asks it:
 * planning one that joins many tables takes longer than running it. Only for texts that are few and do
 * not change, as each connection keeps them all.
 */
export function keepPlan(text: string): void {
  if (!names.has(text)) names.set(text, createHash('sha256').update(text).digest('base64url'));
}

/** A connection that asks by name what has one (PREPARE, as the extended query protocol does it). */
export class NamingClient extends pg.Client {
  constructor(config?: string | pg.ClientConfig) {
    super(config);
    const ask = this.query.bind(this) as (...given: unknown[]) => unknown;
    const asked = (text: unknown, values: unknown, ...more: unknown[]) => {
      const name = typeof text === 'string' && Array.isArray(values) ? names.get(text) : undefined;
      return name ? ask({ name, text, values }, ...more) : ask(text, values, ...more);
    };
    this.query = asked as typeof this.query;
  }
}
