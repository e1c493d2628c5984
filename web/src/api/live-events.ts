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

type StreamMessage =
  | { kind: 'event'; event: LiveEvent }
  | { kind: 'reset' }
  | { kind: 'state'; state: 'live' | 'lost' };

/**
 * The live stream of one instance. Over HTTP/1.1 a browser opens six connections to a host, all tabs
 * together, so one tab holds the stream (by a Web Lock) and tells the others (by a BroadcastChannel).
 * When it closes, another takes the lock over, and goes on from the last number it heard of.
 * `from`: the number of an event that came before all that is shown. Returns how to stop.
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
