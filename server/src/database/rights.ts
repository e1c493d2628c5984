import { sql } from 'kysely';
import pg from 'pg';
import { commandLine } from '../command-line.ts';
import { StartupError } from '../problems.ts';
import type { Connection, Deployment } from './connect.ts';
import { inTransaction } from './retry-conflicts.ts';

/** The role of transactions that are bound to an instance (instance-transaction.ts). */
const role = 'postroom_app';
const createRole = `do $$ begin create role ${role} nologin; exception when duplicate_object or unique_violation then null; end $$;`;

/** A right that is missing, and what an admin of Postgres runs to give it. */
export type MissingRight = { what: string; sql: string };

type Rights = {
  user: string;
  database: string;
  schema: string;
  roleExists: boolean;
  mayMakeRoles: boolean;
  acts: boolean | null;
  creates: boolean;
  createsSchemas: boolean;
};

/**
 * Makes the role of the application if that is allowed, and throws a StartupError that says in lines which rights the
 * database user lacks otherwise.
 */
export function prepareRights(deployment: Pick<Deployment, 'sql'>): Promise<void> {
  return inTransaction(deployment, async (tx) => {
    await sql`select pg_advisory_xact_lock(hashtextextended('rights', 0))`.execute(tx);
    let rights = await readRights(tx);
    if (rights.mayMakeRoles && !rights.acts) {
      if (!rights.roleExists) await sql.raw(createRole).execute(tx);
      await sql`savepoint before_grant`.execute(tx);
      // Whoever may make roles may not grant those that another has made.
      await sql
        .raw(grantRole(rights))
        .execute(tx)
        .catch(() => sql`rollback to savepoint before_grant`.execute(tx));
      rights = await readRights(tx);
    }
    const missing = missingRights(rights);
    if (missing.length === 0) return;
    throw new StartupError(
      `The database user ${rights.user} ${missing.map(({ what }) => what).join(', and ')}.\n` +
        `  As an admin of Postgres, in the database ${rights.database}:\n${missing.map((each) => `    ${each.sql}\n`).join('')}` +
        `  All that is needed is printed by: ${commandLine('db prepare')}`,
    );
  });
}

/** What the database user may not do, and must. */
export async function findMissingRights(deployment: Pick<Deployment, 'sql'>): Promise<MissingRight[]> {
  return missingRights(await readRights(deployment.sql));
}

/** What an admin of Postgres runs, once or again, so that the user of this connection needs no right to make roles. */
export function rightsAsSql(connection: Connection): string[] {
  const { user = 'postroom', database = 'postroom' } = new pg.Client(connection);
  const rights = { user, database, schema: 'public' };
  return [createRole, grantRole(rights), grantDatabase(rights), grantSchema(rights)];
}

async function readRights(database: Deployment['sql']): Promise<Rights> {
  const { rows } = await sql<Rights>`
    select current_user as user, current_database() as database, coalesce(current_schema(), 'public') as schema,
      app.oid is not null as "roleExists",
      me.rolsuper or me.rolcreaterole as "mayMakeRoles",
      -- Since Postgres 16 a member may act as a role only if the grant says so.
      pg_has_role(app.oid, case when current_setting('server_version_num')::int < 160000 then 'member' else 'set' end)
        as acts,
      has_schema_privilege(coalesce(current_schema(), 'public'), 'create') as creates,
      has_database_privilege(current_database(), 'create')
        and has_database_privilege(current_database(), 'temporary') as "createsSchemas"
    from pg_roles me left join pg_roles app on app.rolname = ${role} where me.rolname = current_user
  `.execute(database);
  return rows[0]!;
}

function missingRights(rights: Rights): MissingRight[] {
  const { schema, database, roleExists, mayMakeRoles, acts, creates, createsSchemas } = rights;
  const missing: MissingRight[] = [];
  // Whoever makes a role may act as it: the start will.
  if (!acts && (roleExists || !mayMakeRoles)) {
    const commands = [...(roleExists ? [] : [createRole]), grantRole(rights)];
    missing.push({
      what: roleExists ? `may not act as ${role}` : `may not make the role ${role}`,
      sql: commands.join(' '),
    });
  }
  if (!creates)
    missing.push({ what: `may not create tables in the schema ${schema}`, sql: grantSchema(rights) });
  if (!createsSchemas)
    missing.push({
      what: `may not create the schema of the queue in the database ${database}`,
      sql: grantDatabase(rights),
    });
  return missing;
}

type Names = { user: string; database: string; schema: string };
const id = pg.escapeIdentifier;
const grantRole = ({ user }: Names) => `grant ${role} to ${id(user)};`;
const grantSchema = ({ schema, user }: Names) =>
  `grant usage, create on schema ${id(schema)} to ${id(user)};`;
const grantDatabase = ({ database, user }: Names) =>
  `grant connect, create, temporary on database ${id(database)} to ${id(user)};`;
