type Ask = () => Promise<boolean>;

let ask: Ask | null = null;
let asking: Promise<boolean> | null = null;

/** Registers what asks the user to sign in again over the page that is open. Returns how to end that. */
export function onEndedSession(askToSignIn: Ask): () => void {
  ask = askToSignIn;
  return () => {
    if (ask === askToSignIn) ask = null;
  };
}

/**
 * Waits until the user has signed in again, once for all requests that were refused meanwhile; false where nobody was
 * signed in on this page, or somebody else is to be.
 */
export function signedInAgain(): Promise<boolean> {
  if (!ask) return Promise.resolve(false);
  asking ??= ask().finally(() => {
    asking = null;
  });
  return asking;
}

/** Fetches once more after the user has signed in again, if the session had ended. */
export async function fetchSignedIn(request: Request): Promise<Response> {
  const copy = copyOf(request);
  const response = await fetch(request);
  return copy && response.status === 401 && (await signedInAgain()) ? fetch(copy) : response;
}

/** The request to send again; null where it cannot be. */
function copyOf(request: Request): Request | null {
  if (request.method === 'GET') return request;
  // The body of a clone is a stream, which a request that outlives the page may not have.
  return request.keepalive ? null : request.clone();
}

/** As `fetchSignedIn`, for a call that rejects with an error that has a status. */
export async function retrySignedIn<Result>(call: () => Promise<Result>): Promise<Result> {
  try {
    return await call();
  } catch (error) {
    if ((error as { status?: number }).status !== 401 || !(await signedInAgain())) throw error;
    return call();
  }
}
