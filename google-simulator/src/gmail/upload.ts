import { randomBytes } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { readHeaders } from '../mail/headers.ts';
import type { Simulator } from '../simulator.ts';
import { GmailApiError, invalidArgument } from './errors.ts';

/** The limit of the Gmail API's discovery document: 35 MiB. */
const maxUploadBytes = 36_700_160;

type UploadQuery = { uploadType?: string; upload_id?: string };

export type Upload = { raw: Buffer; metadata: { threadId?: string } };

/** Parses every body of an upload route as bytes. */
export function acceptUploads(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: 64 * 1024 * 1024 }, (_request, body, done) =>
    done(null, body),
  );
}

const sessions = new WeakMap<Simulator, Map<string, Upload['metadata']>>();

/**
 * The message of an upload: media, multipart (metadata and message), or resumable in one piece
 * (Gmail API, "Upload attachments"). Undefined after the start of a resumable session, whose response is sent.
 */
export function uploadOf(
  simulator: Simulator,
  request: FastifyRequest,
  reply: FastifyReply,
): Upload | undefined {
  const { uploadType, upload_id: uploadId } = request.query as UploadQuery;
  const known = sessions.get(simulator) ?? new Map<string, Upload['metadata']>();
  sessions.set(simulator, known);
  const upload = messageOfUpload(request);
  if (!upload) {
    const id = randomBytes(16).toString('hex');
    const body = request.body as Buffer | null;
    known.set(id, body?.length ? json(body) : {});
    const { pathname } = new URL(request.url, simulator.origin);
    reply.header('location', `${simulator.origin}${pathname}?uploadType=resumable&upload_id=${id}`).send('');
    return undefined;
  }
  if (uploadType !== 'resumable') return checkSize(upload);
  const metadata = known.get(uploadId!);
  if (!metadata) throw new GmailApiError(invalidArgument('Upload not found'));
  known.delete(uploadId!);
  return checkSize({ ...upload, metadata });
}

/** The message in an upload request; undefined for the start of a resumable session. Of a session, without its metadata. */
export function messageOfUpload(request: FastifyRequest): Upload | undefined {
  const { uploadType, upload_id: uploadId } = request.query as UploadQuery;
  const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  const type = String(request.headers['content-type'] ?? '');
  if (uploadType === 'resumable') return uploadId ? { raw: body, metadata: {} } : undefined;
  if (uploadType === 'multipart' || /^multipart\/related/i.test(type)) return related(body, type);
  if (!/^message\/rfc822/i.test(type))
    throw new GmailApiError(
      invalidArgument(`Media type '${type}' is not supported. Valid media types: [message/*]`),
    );
  return { raw: body, metadata: {} };
}

function checkSize(upload: Upload): Upload {
  if (upload.raw.length > maxUploadBytes) {
    throw new GmailApiError({
      ...invalidArgument('Request Entity Too Large'),
      code: 413,
      reason: 'uploadTooLarge',
    });
  }
  return upload;
}

function related(body: Buffer, type: string): Upload {
  const boundary = /boundary="?([^";]+)"?/i.exec(type)?.[1];
  if (!boundary) throw new GmailApiError(invalidArgument('Missing boundary'));
  const delimiter = Buffer.from(`--${boundary}`);
  const parts: Buffer[] = [];
  let from = body.indexOf(delimiter);
  while (from >= 0) {
    const start = body.indexOf('\n', from) + 1;
    // The message may contain the boundary too, so the last one counts.
    const next = parts.length === 0 ? body.indexOf(delimiter, start) : body.lastIndexOf(delimiter);
    if (next <= start) break;
    parts.push(body.subarray(start, body[next - 2] === 13 ? next - 2 : next - 1));
    from = parts.length < 2 ? next : -1;
  }
  const [metadata, message] = parts.map((part) => part.subarray(readHeaders(part).bodyAt));
  if (!metadata || !message) throw new GmailApiError(invalidArgument('Malformed multipart body'));
  return { raw: Buffer.from(message), metadata: json(metadata) };
}

function json(body: Buffer): { threadId?: string } {
  try {
    return JSON.parse(body.toString('utf8')) as { threadId?: string };
  } catch {
    throw new GmailApiError(invalidArgument('Parse Error'));
  }
}
