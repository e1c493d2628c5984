import http from 'node:http';
import https from 'node:https';
import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { MethodOptions } from '@googleapis/gmail';
import { release } from '../own-memory.ts';

type Adapter = NonNullable<MethodOptions['adapter']>;
type Request = Parameters<Adapter>[0];
type Response = Awaited<ReturnType<Adapter>>;

type Body = undefined | string | Readable;

/** Whether a request has a body that `sendByNode` sends: JSON or an upload, and not the form of a token request. */
export function hasNodeBody({ body }: Request): boolean {
  return body === undefined || typeof body === 'string' || body instanceof Readable;
}

/**
 * Sends a request by Node's own client. The library's, node-fetch, takes twice the processor time for a message.
 * Follows no redirects, which Google's APIs do not use. Rejects with the error of the connection or the signal.
 */
export async function sendByNode(request: Request): Promise<Response> {
  const answer = await responseTo(request);
  const isGzip = /^(x-)?gzip$/i.test(answer.headers['content-encoding'] ?? '');
  const text = await textOf(await chunksOf(answer), isGzip);
  const isJson = /\bjson\b/i.test(answer.headers['content-type'] ?? '');
  const { statusCode: status = 0, statusMessage: statusText = '' } = answer;
  // The library's errors remove secrets from a Headers object; making one is slow.
  const headers = status < 300 ? answer.headers : headersOf(answer);
  const data = isJson ? fromJson(text) : text;
  // All that is read of a response. The library's errors keep the data of one that is used up.
  const response = { config: request, status, statusText, headers, bodyUsed: true, data };
  return response as unknown as Response;
}

function responseTo({ url, method, headers, body, agent, signal }: Request): Promise<http.IncomingMessage> {
  const { request } = url.protocol === 'https:' ? https : http;
  const options = {
    method,
    headers: Object.fromEntries(headers),
    // For a proxy.
    agent: agent as http.Agent | undefined,
    ...(signal && { signal }),
  };
  return new Promise((resolve, reject) => {
    const sent = request(url, options).on('response', resolve).on('error', reject);
    if (body instanceof Readable) body.pipe(sent);
    else sent.end(body as Body);
  });
}

function chunksOf(response: http.IncomingMessage): Promise<Buffer[]> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    response
      .on('data', (chunk: Buffer) => chunks.push(chunk))
      .on('end', () => resolve(chunks))
      .on('error', reject)
      .on('close', () => reject(new Error('The connection was closed before the response was complete')));
  });
}

async function textOf(chunks: Buffer[], isGzip: boolean): Promise<string> {
  const body = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
  const text = (isGzip ? await promisify(gunzip)(body) : body).toString('utf8');
  if (chunks.length > 1) release(body);
  return text;
}

function headersOf({ headers }: http.IncomingMessage): Headers {
  return new Headers(
    Object.entries(headers).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
  );
}

/** A proxy may answer with something else under this label. */
function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
