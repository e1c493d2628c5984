/** Where files are kept outside the database: objects with a key each, which are written once and never changed. */
export type ObjectStore = {
  /** Begins the location of each of its objects: `s3://bucket/prefix`, or `directory:`. */
  name: string;
  /** Throws a StoreError if the object was not stored. */
  put(key: string, bytes: Buffer): Promise<void>;
  /** Null if there is no such object; throws a StoreError if the store cannot say. */
  get(key: string): Promise<Buffer | null>;
  /** Does nothing if there is no such object. */
  remove(key: string): Promise<void>;
};

/** A store that refuses a request or cannot be reached, or an object that is missing or damaged. */
export class StoreError extends Error {}
