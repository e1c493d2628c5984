import { AsyncLocalStorage } from 'node:async_hooks';
import { type Context, ROOT_CONTEXT, type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { ExportResultCode, parseTraceParent } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import {
  detectResources,
  resourceAttributesEnvDetector,
  resourceFromAttributes,
  serviceInstanceIdDetector,
  serviceNameEnvDetector,
} from '@opentelemetry/resources';
import { BatchSpanProcessor, type SpanExporter, TracerProvider } from '@opentelemetry/sdk-trace';
import { createSampler } from './sampler.ts';
import { type OpenSpan, type SpanStart, setTracer, type Tracer } from './tracing.ts';

type Log = { warn(details: object, message: string): void };

/** Spans of one trace, such as the import of a large mailbox; further ones are only counted. */
const maxSpans = 500;
/** While the collector cannot be reached, it is logged so often at most (ms). */
const failureIntervalMs = 30_000;
/** How long the end of the process waits for the last spans to be sent (ms). */
const flushMs = 1_000;

/** The span that is open, and its trace in this process. */
type Place = { span: Span; context: Context; trace: { first: Span; spans: number } };

/**
 * Sends traces by OTLP as protobuf over HTTP (https://opentelemetry.io/docs/specs/otlp/), as the OTEL_* variables of the
 * process say. Nothing is registered globally: the libraries that would then trace by themselves put messages of errors
 * into their spans. `stop` sends what is left, within a second.
 */
export function startTracing(
  env: NodeJS.ProcessEnv,
  { serviceName, log, now = () => performance.now() }: { serviceName: string; log: Log; now?: () => number },
): { stop(): Promise<void> } {
  const protocol = env.OTEL_EXPORTER_OTLP_TRACES_PROTOCOL || env.OTEL_EXPORTER_OTLP_PROTOCOL;
  if (protocol && protocol !== 'http/protobuf')
    log.warn({ protocol }, 'traces are sent by http/protobuf; OTEL_EXPORTER_OTLP_PROTOCOL names another one');
  const provider = new TracerProvider({
    sampler: createSampler(env, log),
    resource: resourceFromAttributes({ 'service.name': serviceName }).merge(
      detectResources({
        detectors: [serviceInstanceIdDetector, resourceAttributesEnvDetector, serviceNameEnvDetector],
      }),
    ),
    spanProcessors: [
      new BatchSpanProcessor({ exporter: reportingFailures(new OTLPTraceExporter(), log, now) }),
    ],
  });
  setTracer(createTracer(provider));
  return {
    async stop() {
      setTracer(null);
      const { promise: late, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, flushMs);
      await Promise.race([provider.shutdown().catch(() => {}), late]);
      clearTimeout(timer);
    },
  };
}

function createTracer(provider: TracerProvider): Tracer {
  const tracer = provider.getTracer('postroom');
  const current = new AsyncLocalStorage<Place>();

  function open({ name, kind, attributes }: SpanStart, parent: Context, within?: Place['trace']): OpenSpan {
    const span = tracer.startSpan(name, { kind: kinds[kind ?? 'internal'], attributes }, parent);
    const place = {
      span,
      context: trace.setSpan(parent, span),
      trace: within ?? { first: span, spans: 1 },
    };
    return {
      set: (given) => void span.setAttributes(given),
      run: (work) => current.run(place, work),
      fail: (type) => void span.setAttribute('error.type', type).setStatus({ code: SpanStatusCode.ERROR }),
      end: () => span.end(),
    };
  }

  return {
    startTrace({ traceparent, ...start }) {
      const remote = traceparent ? parseTraceParent(traceparent) : null;
      const parent = remote
        ? trace.setSpanContext(ROOT_CONTEXT, { ...remote, isRemote: true })
        : ROOT_CONTEXT;
      return open(start, parent);
    },
    startSpan(start) {
      const place = current.getStore();
      // What outlives its span, such as a reader that a request started for all, is no part of it.
      if (!place?.span.isRecording()) return null;
      place.trace.spans += 1;
      const { first, spans } = place.trace;
      if (spans <= maxSpans) return open(start, place.context, place.trace);
      first.setAttribute('postroom.spans_left_out', spans - maxSpans);
      return null;
    },
  };
}

const kinds = { internal: SpanKind.INTERNAL, server: SpanKind.SERVER, client: SpanKind.CLIENT };

/** Logs that spans could not be sent: one line in 30 s, with the number of attempts left out since the last. */
function reportingFailures(exporter: SpanExporter, log: Log, now: () => number): SpanExporter {
  let loggedAt = Number.NEGATIVE_INFINITY;
  let leftOut = 0;
  return {
    export: (spans, done) =>
      exporter.export(spans, (result) => {
        if (result.code === ExportResultCode.FAILED) {
          if (now() - loggedAt < failureIntervalMs) leftOut += 1;
          else {
            // Its text alone: the log takes an error of this kind for one of Postgres (log.ts).
            const error = result.error?.message || (result.error as NodeJS.ErrnoException | undefined)?.code;
            log.warn({ error, leftOut }, 'traces could not be sent; Postroom works without');
            loggedAt = now();
            leftOut = 0;
          }
        }
        done(result);
      }),
    forceFlush: () => exporter.forceFlush?.() ?? Promise.resolve(),
    shutdown: () => exporter.shutdown(),
  };
}
