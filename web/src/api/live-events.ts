export type LiveEvent = {
  seq: number;
  type: string;
  conversationId?: string;
  messageId?: string;
  mailboxId?: string;
  connectionId?: string;
  customerId?: string;
  userId?: string;
};

export type LiveHandlers = {
  onEvent(event: LiveEvent): void;
  /** Events may have been missed: everything shown must be refetched. */
  onReset(): void;
  onState(state: 'live' | 'lost'): void;
};

type StreamMessage =
  | { kind: 'event'; event: LiveEvent }
  | { kind: 'reset' }
  | { kind: 'state'; state: 'live' | 'lost' };

/**
 * Subscribes to the live events of one instance (server-sent events). Over HTTP/1.1 a browser opens at most six
 * connections to a host for all its tabs, so one tab holds the stream (with a Web Lock) and forwards the events
 * to the others (through a BroadcastChannel). When it closes, another tab gets the lock and continues after the
 * last event it received. The names of the lock, the channel and the messages are shared with tabs that still
 * run an older version. `from` is the number of an event before everything shown. Returns how to stop.
 */
export function subscribeLiveEvents(instanceId: string, from: number, handlers: LiveHandlers): () => void {
  const name = `postroom-live-${instanceId}`;
  const channel = new BroadcastChannel(name);
  const stopped = new AbortController();
  let lastSeq = from;

  const dispatch = (message: StreamMessage) => {
    if (message.kind === 'event') {
      lastSeq = message.event.seq;
      handlers.onEvent(message.event);
    } else if (message.kind === 'reset') handlers.onReset();
    else handlers.onState(message.state);
  };
  const broadcast = (message: StreamMessage) => {
    dispatch(message);
    channel.postMessage(message);
  };
  channel.onmessage = ({ data }: MessageEvent<StreamMessage>) => dispatch(data);

  const streamAsLeader = () =>
    new Promise<void>((resolve) => {
      let source: EventSource | null = null;
      let retry: ReturnType<typeof setTimeout> | undefined;
      let seen = lastSeq;
      const open = () => {
        source = new EventSource(`/api/instances/${instanceId}/events?after=${seen}`);
        source.addEventListener('hello', () => broadcast({ kind: 'state', state: 'live' }));
        source.addEventListener('message', ({ data }) => {
          const event = JSON.parse(data) as LiveEvent;
          seen = event.seq;
          broadcast({ kind: 'event', event });
        });
        source.addEventListener('reset', ({ data }) => {
          seen = (JSON.parse(data) as { seq: number }).seq;
          broadcast({ kind: 'reset' });
        });
        source.addEventListener('error', () => {
          broadcast({ kind: 'state', state: 'lost' });
          // The browser would reconnect with the first `after`; reconnect after the last event instead.
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

  // Web Locks need HTTPS or localhost; without them each tab has a stream of its own.
  if (!navigator.locks) void streamAsLeader();
  else
    navigator.locks
      .request(name, { signal: stopped.signal }, () =>
        stopped.signal.aborted ? undefined : streamAsLeader(),
      )
      .catch(() => {});
  return () => {
    stopped.abort();
    channel.close();
  };
}
