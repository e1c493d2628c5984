/**
 * What a failure of the database means to who waits for it. `away`: Postgres cannot be reached, is starting or
 * stopping, or has no connection left. `disk-full`: nothing can be written. `timed-out`: the statement was
 * stopped at its `statement_timeout`.
 */
export type DatabaseFailure = 'away' | 'disk-full' | 'timed-out';

/** What the log says of each. */
export const describeDatabaseFailure: Record<DatabaseFailure, string> = {
  away: 'Postgres does not answer',
  'disk-full': 'The disk is full: free space on the disk of Postgres or of the data directory',
  'timed-out': 'A statement took too long and was stopped',
};

/** SQLSTATE codes (https://www.postgresql.org/docs/current/errcodes-appendix.html) and those of Node's system calls. */
const failures: Record<string, DatabaseFailure> = {
  '53100': 'disk-full',
  ENOSPC: 'disk-full',
  EDQUOT: 'disk-full',
  '57014': 'timed-out',
  '53300': 'away',
  '57P01': 'away',
  '57P02': 'away',
  '57P03': 'away',
  ECONNREFUSED: 'away',
  ECONNRESET: 'away',
  EPIPE: 'away',
  ETIMEDOUT: 'away',
  EHOSTUNREACH: 'away',
  ENETUNREACH: 'away',
};
/** pg and pg-pool give these errors no code. */
const messagesOfAway =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|Client was closed)/;

/** The failure of the database that caused an error, itself or by its `cause`; null if it is another error. */
export function databaseFailure(error: unknown): DatabaseFailure | null {
  let at = error;
  for (let depth = 0; depth < 5 && at instanceof Error; depth += 1) {
    const { code = '', syscall } = at as NodeJS.ErrnoException;
    const known = failures[code];
    if (known) return known;
    // Connection exceptions; the socket of a Postgres that has ended does not exist.
    if (/^08...$/.test(code) || (code === 'ENOENT' && syscall === 'connect')) return 'away';
    if (messagesOfAway.test(at.message)) return 'away';
    if (at.message === 'Query read timeout') return 'timed-out';
    // Node tried several addresses of a host.
    at = at.cause ?? (at as Partial<AggregateError>).errors?.[0];
  }
  return null;
}
