import { createECDH, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import ece from 'http_ece';
import { importJWK, jwtVerify } from 'jose';
import type { NetworkAccess } from '../network/network-access.ts';
import type { PushTarget } from '../notifications/push-subscriptions.ts';

/** What reached a browser, with the headers that the push service got. */
export type Pushed = { browser: string; message: Record<string, unknown>; headers: Record<string, string> };

/**
 * A push service for tests (RFC 8030), on loopback: checks who sends (VAPID, RFC 8292) and decrypts as the browser does
 * (RFC 8291). `answers`: the status of the next answers, with headers; 201 after them.
 */
export async function startPushService() {
  const received: Pushed[] = [];
  const answers: Array<{ status: number; headers?: Record<string, string> }> = [];
  const browsers = new Map<string, { ecdh: ReturnType<typeof createECDH>; auth: string }>();
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { status, headers } = answers.shift() ?? { status: 201 };
    const browser = request.url!.slice(1);
    const { ecdh, auth } = browsers.get(browser)!;
    if (status === 201) {
      await assertVapid(request.headers.authorization ?? '', origin());
      const plain = ece.decrypt(Buffer.concat(chunks), {
        version: 'aes128gcm',
        privateKey: ecdh,
        authSecret: auth,
      });
      received.push({
        browser,
        message: JSON.parse(plain.toString()) as Record<string, unknown>,
        headers: request.headers as Record<string, string>,
      });
    }
    response.writeHead(status, headers).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const origin = () => `http://push.example:${port}`;
  return {
    received,
    answers,
    port,
    network: {
      lookup: async () => ['127.0.0.1'],
      isAllowed: (ip: string) => ip === '127.0.0.1',
      ports: [port],
      allowsHttp: true,
    } satisfies NetworkAccess,
    /** A browser that can be pushed to. */
    browser(name: string): PushTarget {
      const ecdh = createECDH('prime256v1');
      const auth = randomBytes(16).toString('base64url');
      const p256dh = ecdh.generateKeys('base64url');
      browsers.set(name, { ecdh, auth });
      return { endpoint: `${origin()}/${name}`, keys: { p256dh, auth } };
    },
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

/** Throws unless the header is signed by the key that it names, for this push service. */
async function assertVapid(authorization: string, audience: string): Promise<void> {
  const [, token, key] = /^vapid t=([^,]+), ?k=([\w-]+)$/.exec(authorization) ?? [];
  const bytes = Buffer.from(key!, 'base64url');
  const publicKey = await importJWK(
    {
      kty: 'EC',
      crv: 'P-256',
      x: bytes.subarray(1, 33).toString('base64url'),
      y: bytes.subarray(33).toString('base64url'),
    },
    'ES256',
  );
  await jwtVerify(token!, publicKey, { audience, subject: 'https://postroom.example' });
}
