import { readFile } from 'node:fs/promises';
import { type CryptoKey, importPKCS8, SignJWT } from 'jose';
import { z } from 'zod';
import { type StoredProblem, storedProblem } from '../problems.ts';
import { failureOf, failureOfThrown, type GoogleResult, readBody, UnexpectedAnswer } from './errors.ts';
import { securityEventTypes } from './security-events.ts';

/** A key file of a service account, and the setting that names it. */
export type KeyFile = {
  setting: 'GOOGLE_RISC_CREDENTIALS' | 'GOOGLE_APPLICATION_CREDENTIALS';
  file: string;
};

/** A key of a service account. `email`: the account's address. */
export type ServiceAccountKey = { email: string; keyId: string; privateKey: CryptoKey };

/** Where a Google Cloud project sends its security events: one receiver for the whole project. */
export type EventStream = {
  /** The URL that events are sent to; null if none is registered. */
  read(): Promise<GoogleResult<string | null>>;
  /** Sends all event types to this URL from now on, instead of to any other. */
  update(url: string): Promise<GoogleResult<null>>;
  /** Makes Google send a verification event that carries `state`. */
  verify(state: string): Promise<GoogleResult<null>>;
};

const keySchema = z.object({
  type: z.literal('service_account'),
  client_email: z.string(),
  private_key_id: z.string(),
  private_key: z.string(),
});

/** Reads a key file as the Cloud console hands it out (JSON); null if it is not there or is none. */
export async function readServiceAccountKey(file: string): Promise<ServiceAccountKey | null> {
  try {
    const read = keySchema.parse(JSON.parse(await readFile(file, 'utf8')));
    const privateKey = await importPKCS8(read.private_key, 'RS256');
    return { email: read.client_email, keyId: read.private_key_id, privateKey };
  } catch {
    return null;
  }
}

const audience = 'https://risc.googleapis.com/google.identity.risc.v1beta.RiscManagementService';
const push = 'https://schemas.openid.net/secevent/risc/delivery-method/push';
const streamSchema = z.object({ delivery: z.object({ url: z.string() }).optional() });

/**
 * Opens the RISC API with a token that the service account signs itself (developers.google.com/identity/protocols/risc,
 * "Register your receiver").
 */
export function openEventStream(root: string, key: ServiceAccountKey): EventStream {
  const call = async (path: string, body?: object): Promise<GoogleResult<unknown>> => {
    try {
      const response = await fetch(new URL(`v1beta/${path}`, root), {
        method: body ? 'POST' : 'GET',
        headers: { authorization: `Bearer ${await signToken(key)}`, 'content-type': 'application/json' },
        ...(body && { body: JSON.stringify(body) }),
        redirect: 'error',
        signal: AbortSignal.timeout(15_000),
      });
      const data = parsed(await response.text());
      if (response.ok) {
        if (data === undefined) throw new UnexpectedAnswer('Not a response of the RISC API');
        return { kind: 'ok', value: data };
      }
      const problem = refusalOf(response.status, data, key);
      if (problem) return { kind: 'refused', problem };
      const retryAfter = response.headers.get('retry-after');
      return failureOf({ status: response.status, retryAfter, body: data }, 'risc', new Date());
    } catch (error) {
      return failureOfThrown(error, 'risc', new Date());
    }
  };
  const change = async (path: string, body: object): Promise<GoogleResult<null>> => {
    const result = await call(path, body);
    return result.kind === 'ok' ? { kind: 'ok', value: null } : result;
  };
  return {
    async read() {
      const result = await call('stream');
      if (result.kind === 'not-found') return { kind: 'ok', value: null };
      if (result.kind !== 'ok') return result;
      return { kind: 'ok', value: streamSchema.safeParse(result.value).data?.delivery?.url ?? null };
    },
    update: (url) =>
      change('stream:update', {
        delivery: { delivery_method: push, url },
        events_requested: securityEventTypes,
      }),
    verify: (state) => change('stream:verify', { state }),
  };
}

/** Valid for an hour, as Google requires at most. */
function signToken({ email, keyId, privateKey }: ServiceAccountKey): Promise<string> {
  return new SignJWT()
    .setProtectedHeader({ alg: 'RS256', kid: keyId, typ: 'JWT' })
    .setIssuer(email)
    .setSubject(email)
    .setAudience(audience)
    .setIssuedAt()
    .setExpirationTime('1h')
    .sign(privateKey);
}

/** What the refusals of "Error code reference" on that page mean, by Google's words; null for any other failure. */
function refusalOf(status: number, body: unknown, { email }: ServiceAccountKey): StoredProblem | null {
  const { message, reasons, fromGoogle } = readBody(body);
  if (!fromGoogle) return null;
  if (status === 401) return storedProblem('risc-key-refused', { account: email });
  if (status !== 403) return null;
  if (reasons.includes('SERVICE_DISABLED') || /has not been used in project/i.test(message)) {
    return storedProblem('risc-api-disabled');
  }
  if (/permission/i.test(message)) return storedProblem('risc-role-missing', { account: email });
  if (/https url/i.test(message)) return storedProblem('risc-not-https');
  if (/project's domains/i.test(message)) return storedProblem('risc-domain-missing');
  if (/delivery method/i.test(message)) return storedProblem('risc-used-by-firebase');
  if (/project could not be found/i.test(message)) {
    return storedProblem('risc-project-missing', { account: email });
  }
  if (/oauth client/i.test(message)) return storedProblem('risc-client-missing', { account: email });
  return null;
}

/** JSON, an empty body as an empty object; undefined for anything else, such as the page of a proxy. */
function parsed(text: string): unknown {
  try {
    return text === '' ? {} : JSON.parse(text);
  } catch {
    return undefined;
  }
}
