/** An error in the format of Google Cloud's APIs (https://cloud.google.com/apis/design/errors). */
export class PubSubError extends Error {
  readonly code: number;
  readonly status: string;
  constructor(code: number, status: string, message: string) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

/** The last part of a resource's name, as Google's error messages have it. */
export function shortName(name: string): string {
  return name.split('/').at(-1) ?? name;
}

export function notFound(name: string): PubSubError {
  return new PubSubError(404, 'NOT_FOUND', `Resource not found (resource=${shortName(name)}).`);
}

export function alreadyExists(name: string): PubSubError {
  const message = `Resource already exists in the project (resource=${shortName(name)}).`;
  return new PubSubError(409, 'ALREADY_EXISTS', message);
}

export function invalid(message: string): PubSubError {
  return new PubSubError(400, 'INVALID_ARGUMENT', message);
}

/** Throws INVALID_ARGUMENT unless the last part of the name follows Pub/Sub's rules. */
export function checkName(name: string): void {
  const own = shortName(name);
  // https://cloud.google.com/pubsub/docs/pubsub-basics#resource_names
  if (/^[A-Za-z][A-Za-z0-9\-._~+%]{2,254}$/.test(own) && !own.startsWith('goog')) return;
  throw invalid(`Invalid resource name given (name=${name}).`);
}
