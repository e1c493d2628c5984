export type LiveEvent = {
  seq: number;
  type: string;
  conversationId?: string;
  messageId?: string;
  mailboxId?: string;
  connectionId?: string;
  userId?: string;
};

export type LiveHandlers = {
  onEvent(event: LiveEvent): void;
  /** Events may have been missed: everything shown is to be asked for anew. */
  onReset(): void;
  onState(state: 'live' | 'lost'): void;
};

type Said =
  | { kind: 'event'; event: LiveEvent }
  | { kind: 'reset' }
  | { kind: 'state'; state: 'live' | 'lost' };

/**
 * The live stream of one instance. Over HTTP/1.1 a browser opens six connections to a host, all tabs
 * together, so one tab holds the stream (by a Web Lock) and tells the others (by a BroadcastChannel).
 * When it closes, another takes the lock over, and goes on from the last number it heard of.
 * `from`: the number of an event that came before all that is shown. Returns how to stop.
 */
export function followLive(instanceId: string, from: number, handlers: LiveHandlers): () => void {
  const name = `postroom-live-${instanceId}`;
  const channel = new BroadcastChannel(name);
  const stopped = new AbortController();
  let lastSeq = from;

  const hear = (said: Said) => {
    if (said.kind === 'event') {
      lastSeq = said.event.seq;
      handlers.onEvent(said.event);
    } else if (said.kind === 'reset') handlers.onReset();
    else handlers.onState(said.state);
  };
  const tell = (said: Said) => {
    hear(said);
    channel.postMessage(said);
  };
  channel.onmessage = ({ data }: MessageEvent<Said>) => hear(data);

  const lead = () =>
    new Promise<void>((resolve) => {
      let source: EventSource | null = null;
      let retry: ReturnType<typeof setTimeout> | undefined;
      let seen = lastSeq;
      const open = () => {
        source = new EventSource(`/api/instances/${instanceId}/events?after=${seen}`);
        source.addEventListener('hello', () => tell({ kind: 'state', state: 'live' }));
        source.addEventListener('message', ({ data }) => {
          const event = JSON.parse(data) as LiveEvent;
          seen = event.seq;
          tell({ kind: 'event', event });
        });
        source.addEventListener('reset', ({ data }) => {
          seen = (JSON.parse(data) as { seq: number }).seq;
          tell({ kind: 'reset' });
        });
        source.addEventListener('error', () => {
          tell({ kind: 'state', state: 'lost' });
          // The browser's own retry would ask from the first `after`: resume from what was seen.
          source?.close();
          clearTimeout(retry);
          retry = setTimeout(open, 1_000);
        });
      };
      stopped.signal.addEventListener('abort', () => {
        source?.close();
        clearTimeout(retry);
        resolve();
      });
      open();
    });

  // Without HTTPS (and not on this machine) a browser has no locks: then each tab has its own stream.
  if (!navigator.locks) void lead();
  else
    navigator.locks
      .request(name, { signal: stopped.signal }, () => (stopped.signal.aborted ? undefined : lead()))
      .catch(() => {});
  return () => {
    stopped.abort();
    channel.close();
  };
}
