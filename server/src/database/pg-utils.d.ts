declare module 'pg/lib/utils.js' {
  const utils: {
    /** A value as a statement's parameter, as `pg.Client.query` makes it. Throws for an object that contains itself. */
    prepareValue(value: unknown): string | Buffer | null;
  };
  export default utils;
}
