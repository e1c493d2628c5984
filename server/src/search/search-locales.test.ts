import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { expect, inject, test } from 'vitest';
import { spellings } from '../../../locales/fold-letters.ts';
import { connect } from '../database/connect.ts';
import { migrate } from '../database/migrate.ts';
import { inDatabase } from '../testing/postgres.ts';

test.each(['C', 'POSIX', 'C.UTF-8'])(
  'words of every script are found, and folded alike, in a database of locale %s',
  async (locale) => {
    const server = inject('postgres');
    const name = `locale_${randomBytes(6).toString('hex')}`;
    const client = new pg.Client(server);
    await client.connect();
    await client.query(`create database ${name} template template0 locale '${locale}'`);
    const deployment = connect(inDatabase(server, name), { max: 2 });
    try {
      await migrate(deployment);
      const text = 'Où est le colis? 需要发票。ガラスの花瓶 ใบเสร็จรับเงิน Посылка ΆΛΦΑ';
      for (const [word, isFound] of [
        ['colis', true],
        ['OU', true],
        ['发票', true],
        ['票', true],
        ['发', true],
        ['票发', false],
        ['ガラス', true],
        ['がらす', false],
        ['瓶', true],
        ['ใบเสร็จ', true],
        ['เงิน', true],
        ['посылка', true],
      ] as const) {
        const { rows } = await deployment.pool.query(
          `select search_words($1) @@ search_term('', $2, false) as found`,
          [text, word],
        );
        expect(rows, word).toEqual([{ found: isFound }]);
      }
      for (const each of [
        'Müller-Jäger',
        'Mu\u0308ller',
        'Straße ẞ',
        'Øyvind Åse Æsop œ',
        'ŁUKASZ Đorđe',
        'Éclair ﬁn İı',
        'ΆΛΦΑΣ',
        'ЙОД',
      ]) {
        const { rows } = await deployment.pool.query(
          'select array[fold_letters($1), fold_letters(spell_out($1))] as forms',
          [each],
        );
        expect([...new Set(rows[0].forms)], each).toEqual(spellings(each));
      }
    } finally {
      await deployment.pool.end();
      await client.query(`drop database ${name}`);
      await client.end();
    }
  },
);
