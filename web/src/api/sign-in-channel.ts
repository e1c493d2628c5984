const name = 'postroom sign-in';

/** Tells the other pages of this browser that somebody has signed in. */
export function announceSignIn(): void {
  const channel = new BroadcastChannel(name);
  channel.postMessage(null);
  channel.close();
}

/** Calls back when another page announces a sign-in. Returns how to stop. */
export function onSignIn(listener: () => void): () => void {
  const channel = new BroadcastChannel(name);
  channel.addEventListener('message', listener);
  return () => channel.close();
}
