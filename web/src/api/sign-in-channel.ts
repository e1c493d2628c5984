const name = 'postroom sign-in';

/** Tells the pages of this browser that somebody has signed in, or that the session was replaced. */
export function announceSignIn(): void {
  const channel = new BroadcastChannel(name);
  channel.postMessage(null);
  channel.close();
}

/** Calls back when a page announces a sign-in. Returns how to stop. */
export function onSignIn(listener: () => void): () => void {
  const channel = new BroadcastChannel(name);
  channel.addEventListener('message', listener);
  return () => channel.close();
}
