/** An answer as `POST` and `PATCH` of the client return it. */
export type Sent = { response: Response; error?: unknown };

/** 409 is only repeated while the first request is being handled. */
const repeated = new Set([429, 502, 503, 504]);
const longestWaitMs = 30_000;

/**
 * Sends a request that changes something until it is answered: each time with the same `Idempotency-Key`, so that
 * Postroom carries it out once, whatever was lost on the way. It is repeated after network errors, too many requests
 * and while the server or its database is away, at most `attempts` times; then the last error is thrown, or the last
 * answer returned. `key`: a text of your own, if the request may have been sent by an earlier run of the program.
 */
export async function sendOnce<Answer extends Sent>(
  send: (header: { 'idempotency-key': string }) => Promise<Answer>,
  { attempts = 5, key = crypto.randomUUID() as string }: { attempts?: number; key?: string } = {},
): Promise<Answer> {
  for (let attempt = 1; ; attempt++) {
    const outcome = await send({ 'idempotency-key': key }).then(
      (answer) => ({ answer, error: undefined }),
      (error: unknown) => ({ answer: undefined, error }),
    );
    if (outcome.answer && !isRepeated(outcome.answer)) return outcome.answer;
    if (attempt >= attempts) {
      if (outcome.answer) return outcome.answer;
      throw outcome.error;
    }
    await new Promise((resolve) => setTimeout(resolve, waitMs(outcome.answer, attempt)));
  }
}

function isRepeated({ response, error }: Sent): boolean {
  if (repeated.has(response.status)) return true;
  return response.status === 409 && (error as { code?: string } | undefined)?.code === 'request-under-way';
}

/** As long as the server asks, else twice as long after each attempt. */
function waitMs(answer: Sent | undefined, attempt: number): number {
  const seconds = Number(answer?.response.headers.get('retry-after') ?? Number.NaN);
  return Math.min(longestWaitMs, Number.isFinite(seconds) ? seconds * 1_000 : 250 * 2 ** attempt);
}
