import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

export type ReceivedSpan = {
  service: string;
  traceId: string;
  spanId: string;
  parentSpanId: string;
  name: string;
  attributes: Record<string, string | number>;
};

/** A collector of traces on this machine, by OTLP over HTTP; it keeps the bytes that it received. */
export async function startTraceReceiver() {
  const bodies: Buffer[] = [];
  let status = 200;
  let onReceived = () => {};
  const server = createServer(async (request, response) => {
    bodies.push(await buffer(request));
    response.writeHead(status, { 'content-type': 'application/x-protobuf' }).end();
    onReceived();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    answer: (with_: number) => {
      status = with_;
    },
    /** Resolves when so many requests have been received. */
    async received(count: number): Promise<void> {
      while (bodies.length < count) {
        await new Promise<void>((resolve) => {
          onReceived = resolve;
        });
      }
    },
    bytes: () => Buffer.concat(bodies),
    spans: () => bodies.flatMap(readSpans),
    async close(): Promise<void> {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/**
 * The spans of an ExportTraceServiceRequest
 * (https://github.com/open-telemetry/opentelemetry-proto/blob/main/opentelemetry/proto/trace/v1/trace.proto).
 */
function readSpans(request: Buffer): ReceivedSpan[] {
  return messages(request, 1).flatMap((resourceSpans) => {
    const [resource] = messages(resourceSpans, 1);
    const service = String(attributes(messages(resource!, 1))['service.name']);
    return messages(resourceSpans, 2)
      .flatMap((scopeSpans) => messages(scopeSpans, 2))
      .map((span) => ({
        service,
        traceId: idOf(span, 1),
        spanId: idOf(span, 2),
        parentSpanId: idOf(span, 4),
        name: String(messages(span, 5)[0]),
        attributes: attributes(messages(span, 9)),
      }));
  });
}

const idOf = (span: Buffer, field: number) => messages(span, field)[0]?.toString('hex') ?? '';

/** KeyValue: a key, and an AnyValue that is a text or a whole number. */
function attributes(list: Buffer[]): Record<string, string | number> {
  return Object.fromEntries(
    list.map((keyValue) => {
      const [key] = messages(keyValue, 1);
      const value = fieldsOf(messages(keyValue, 2)[0]!).find(
        ({ field }) => field === 1 || field === 3,
      )?.value;
      return [String(key), typeof value === 'number' ? value : String(value)];
    }),
  );
}

const messages = (from: Buffer, field: number) =>
  fieldsOf(from).flatMap((found) =>
    found.field === field && Buffer.isBuffer(found.value) ? [found.value] : [],
  );

/** The fields of a protobuf message (https://protobuf.dev/programming-guides/encoding/). */
function fieldsOf(message: Buffer): Array<{ field: number; value: number | Buffer }> {
  const fields: Array<{ field: number; value: number | Buffer }> = [];
  let at = 0;
  const varint = () => {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = message[at++]!;
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
  };
  while (at < message.length) {
    const tag = varint();
    const length = { 1: 8, 2: -1, 5: 4 }[tag % 8];
    if (length === undefined) fields.push({ field: tag >> 3, value: varint() });
    else {
      const size = length === -1 ? varint() : length;
      fields.push({ field: tag >> 3, value: message.subarray(at, at + size) });
      at += size;
    }
  }
  return fields;
}
