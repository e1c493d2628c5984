import { createHash } from 'node:crypto';
import { compactVerify, errors } from 'jose';
import { z } from 'zod';
import type { GoogleClientConfig } from './config.ts';
import { failureOfThrown, type GoogleResult, UnexpectedAnswer } from './errors.ts';
import { remoteKeySet } from './jwks.ts';

/** What happened to a Google account, as Cross-Account Protection (RISC) reports it. */
export type SecurityEventKind =
  | 'sessions-revoked'
  | 'tokens-revoked'
  | 'token-revoked'
  | 'account-disabled'
  | 'account-enabled'
  | 'account-credential-change-required'
  | 'verification';

/** What it is about: an account by its `sub`, or one refresh token by its hash (tokenIdentifierHashes). */
export type SecurityEventSubject =
  | { kind: 'account'; sub: string }
  | { kind: 'token'; identifierHash: string }
  | { kind: 'unknown' };

/** A verified security event token (RFC 8417). `jti` identifies it, because Google may send it again. */
export type SecurityEventToken = {
  jti: string;
  issuedAt: Date;
  events: Array<{
    /** null: an event type unknown here. */
    kind: SecurityEventKind | null;
    type: string;
    subject: SecurityEventSubject;
    reason: string | null;
    /** Of `verification`: what was given when it was asked for. */
    state: string | null;
  }>;
};

/** Why a token is not accepted, by the error codes of RFC 8935, section 2.4. */
export type InvalidSecurityEvent = {
  kind: 'invalid';
  err: 'invalid_request' | 'invalid_key' | 'invalid_issuer' | 'invalid_audience';
  description: string;
};

const schema = 'https://schemas.openid.net/secevent/';
const kinds: Record<string, SecurityEventKind> = {
  [`${schema}risc/event-type/sessions-revoked`]: 'sessions-revoked',
  [`${schema}oauth/event-type/tokens-revoked`]: 'tokens-revoked',
  [`${schema}oauth/event-type/token-revoked`]: 'token-revoked',
  [`${schema}risc/event-type/account-disabled`]: 'account-disabled',
  [`${schema}risc/event-type/account-enabled`]: 'account-enabled',
  [`${schema}risc/event-type/account-credential-change-required`]: 'account-credential-change-required',
  [`${schema}risc/event-type/verification`]: 'verification',
};

/** All event types known here, to be asked for. */
export const securityEventTypes = Object.keys(kinds);

const detailsSchema = z.object({
  subject: z
    .object({
      sub: z.string().optional(),
      token_type: z.string().optional(),
      token_identifier_alg: z.string().optional(),
      token: z.string().optional(),
    })
    .optional(),
  reason: z.string().optional(),
  state: z.string().optional(),
});
const claimsSchema = z.object({
  iss: z.string(),
  aud: z.union([z.string(), z.array(z.string())]),
  iat: z.number(),
  jti: z.string().min(1).max(512),
  // Unreadable details are dropped, because an event type added later must not be refused.
  events: z.record(z.string(), detailsSchema.catch({})),
});

/**
 * Verifies a security event token (developers.google.com/identity/protocols/risc): issuer and keys of the
 * configuration document, RS256, `aud` is our client. `exp` is ignored: the events are in the past.
 */
export async function verifySecurityEvent(
  config: GoogleClientConfig,
  token: string,
  now: Date,
): Promise<GoogleResult<SecurityEventToken> | InvalidSecurityEvent> {
  let configuration: Configuration;
  let payload: Uint8Array;
  try {
    configuration = await fetchConfiguration(config.addresses.riscConfiguration, now);
    ({ payload } = await compactVerify(token, remoteKeySet(configuration.jwks_uri), {
      algorithms: ['RS256'],
    }));
  } catch (error) {
    return toInvalidEvent(error) ?? failureOfThrown(error, 'keys', now);
  }
  const read = claimsSchema.safeParse(parsed(payload));
  if (!read.success) return invalid('invalid_request', 'The token is not a security event token.');
  const { iss, aud, iat, jti, events } = read.data;
  if (iss !== configuration.issuer) return invalid('invalid_issuer', 'The token is not from Google.');
  if (![aud].flat().includes(config.clientId)) {
    return invalid('invalid_audience', 'The token is meant for another client.');
  }
  return {
    kind: 'ok',
    value: {
      jti,
      issuedAt: new Date(iat * 1000),
      events: Object.entries(events).map(([type, { subject, reason, state }]) => ({
        type,
        kind: kinds[type] ?? null,
        subject: subjectOf(subject),
        reason: reason ?? null,
        state: state ?? null,
      })),
    },
  };
}

/**
 * Hashes of the two identifiers by which an event may name this refresh token: its first 16 characters, and
 * base64(SHA-512(SHA-512(token))).
 */
export function tokenIdentifierHashes(refreshToken: string): string[] {
  const sha512 = (data: string | Buffer) => createHash('sha512').update(data).digest();
  return [
    hashIdentifier(refreshToken.slice(0, 16)),
    hashIdentifier(sha512(sha512(refreshToken)).toString('base64')),
  ];
}

function hashIdentifier(identifier: string): string {
  return createHash('sha256').update(identifier).digest('base64url');
}

function subjectOf(subject: z.output<typeof detailsSchema>['subject']): SecurityEventSubject {
  if (subject?.sub) return { kind: 'account', sub: subject.sub };
  if (subject?.token && subject.token_type === 'refresh_token') {
    return { kind: 'token', identifierHash: hashIdentifier(subject.token) };
  }
  return { kind: 'unknown' };
}

const configurationSchema = z.object({ issuer: z.string().min(1), jwks_uri: z.url() });
type Configuration = z.output<typeof configurationSchema>;
const configurations = new Map<string, { value: Configuration; fetchedAt: number }>();
const configurationTtlMs = 3_600_000;

/** The configuration document, fetched once an hour; an older one is used while that fails. */
async function fetchConfiguration(url: string, now: Date): Promise<Configuration> {
  const cached = configurations.get(url);
  if (cached && now.getTime() - cached.fetchedAt < configurationTtlMs) return cached.value;
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(10_000) });
    const read = configurationSchema.safeParse(response.ok && (await response.json()));
    if (!read.success) throw new UnexpectedAnswer('No configuration document');
    configurations.set(url, { value: read.data, fetchedAt: now.getTime() });
    return read.data;
  } catch (error) {
    if (cached) return cached.value;
    throw error;
  }
}

function invalid(err: InvalidSecurityEvent['err'], description: string): InvalidSecurityEvent {
  return { kind: 'invalid', err, description };
}

/** What is wrong with the token itself; null if its keys could not be fetched. */
function toInvalidEvent(error: unknown): InvalidSecurityEvent | null {
  if (error instanceof errors.JWKSNoMatchingKey) {
    return invalid('invalid_key', 'The key of the signature is not one of Google.');
  }
  if (error instanceof errors.JWSSignatureVerificationFailed) {
    return invalid('invalid_key', 'The signature is not right.');
  }
  if (error instanceof errors.JOSEAlgNotAllowed || error instanceof errors.JOSENotSupported) {
    return invalid('invalid_key', 'The signature is not RS256.');
  }
  if (error instanceof errors.JWSInvalid || error instanceof errors.JWTInvalid) {
    return invalid('invalid_request', 'The body is not a signed token.');
  }
  return null;
}

function parsed(payload: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(payload));
  } catch {
    return null;
  }
}
