// What the code calls to be traced. No package of OpenTelemetry is loaded here: without a tracer the work runs as it is.
// A name or an attribute holds no content, address, subject, query parameter or path: route patterns, names of operations,
// and the instance's id at most.

type Attributes = Record<string, string | number>;

/** What a span is called, and whether this process answers (`server`) or asks another system (`client`). */
export type SpanStart = { name: string; kind?: 'server' | 'client'; attributes?: Attributes };

export type OpenSpan = {
  set(attributes: Attributes): void;
  /** Runs `work`, and all that it waits for, inside the span. */
  run<T>(work: () => T): T;
  /** Marks it as failed, with the kind of the failure. */
  fail(type: string): void;
  end(): void;
};

export type Tracer = {
  /** The first span of a trace, or of this process's part of the one that `traceparent` names (W3C Trace Context). */
  startTrace(start: SpanStart & { traceparent?: string }): OpenSpan;
  /** A span in the one that is open here; null where none is, so that nothing outside a trace is recorded. */
  startSpan(start: SpanStart): OpenSpan | null;
};

let tracer: Tracer | null = null;

/** Whether the standard variables name a collector, and do not switch traces off. */
export function isTracingConfigured(env: NodeJS.ProcessEnv): boolean {
  return (
    Boolean(env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT || env.OTEL_EXPORTER_OTLP_ENDPOINT) &&
    env.OTEL_TRACES_EXPORTER !== 'none' &&
    env.OTEL_SDK_DISABLED?.toLowerCase() !== 'true'
  );
}

/** Traces what this process does from now on; with null nothing. */
export function setTracer(next: Tracer | null): void {
  tracer = next;
}

/** Opens the first span of a trace; the caller ends it. Null where nothing is traced. */
export function openTrace(start: Parameters<Tracer['startTrace']>[0]): OpenSpan | null {
  return tracer?.startTrace(start) ?? null;
}

/** Does `work` as a trace of its own, such as a job. */
export function inTrace<T>(start: SpanStart, work: () => Promise<T>): Promise<T> {
  const span = tracer?.startTrace(start);
  return span ? recorded(span, work) : work();
}

/** Does `work` as a part of the trace in which it is called, if there is one. `span` takes what is known afterwards. */
export function inSpan<T>(start: SpanStart, work: (span?: Pick<OpenSpan, 'set'>) => Promise<T>): Promise<T> {
  const span = tracer?.startSpan(start);
  return span ? recorded(span, work) : work();
}

/** The attribute of what is done for one instance. */
export function ofInstance(instanceId: string | undefined): Attributes {
  return instanceId ? { 'postroom.instance_id': instanceId } : {};
}

async function recorded<T>(span: OpenSpan, work: (span: OpenSpan) => Promise<T>): Promise<T> {
  try {
    return await span.run(() => work(span));
  } catch (error) {
    span.fail(kindOf(error));
    throw error;
  } finally {
    span.end();
  }
}

/** The code of an error, such as an SQLSTATE, or its class: its message may hold what a user wrote. */
function kindOf(error: unknown): string {
  const { code } = (error ?? {}) as { code?: unknown };
  if (typeof code === 'string' && /^[\w-]{1,40}$/.test(code)) return code;
  return error instanceof Error ? error.constructor.name : 'unknown';
}
