import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import pg from 'pg';
import { afterAll } from 'vitest';

// With POSTROOM_TEST_STATEMENTS, a directory, each test file leaves the texts of its statements there as JSON:
// database/older-statements.test.ts tries them on the oldest Postgres supported.

const directory = process.env.POSTROOM_TEST_STATEMENTS;

type Sender = { parse(statement: { text: string }): void; query(text: string): void };

if (directory) {
  const texts = new Set<string>();
  // What every query of a connection ends in, by the extended protocol or by the simple one.
  const sender = (pg as unknown as { Connection: { prototype: Sender } }).Connection.prototype;
  const { parse, query } = sender;
  sender.parse = function (statement) {
    texts.add(statement.text);
    return parse.apply(this, [statement]);
  };
  sender.query = function (text) {
    texts.add(text);
    return query.apply(this, [text]);
  };
  afterAll(async () => {
    // Files that share a process record one after the other.
    Object.assign(sender, { parse, query });
    if (texts.size > 0)
      await writeFile(path.join(directory, `${randomUUID()}.json`), JSON.stringify([...texts]));
  });
}
