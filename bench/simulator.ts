import { mkdtemp, rm } from 'node:fs/promises';
import { Agent, createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { addMessage, messagesWith } from '../google-simulator/src/mail/messages.ts';
import { startSimulator } from '../google-simulator/src/server.ts';
import {
  answerConsent,
  authorizationUrl,
  googleClient,
  mailScopes,
} from '../google-simulator/src/testing.ts';

const mailboxSize = 100_000;
const gets = 4_000;
const atOnce = 8;
const account = 'support@acme.example';

/**
 * messages.get (format=raw) per second in a mailbox of 1,000 and of 100,000 messages. Baseline of the same run:
 * an HTTP server that returns the same bytes without reading a database. One process is client and server.
 */
export async function simulatorBench(): Promise<Record<string, number>> {
  const stateDirectory = await mkdtemp(path.join(tmpdir(), 'postroom-bench-'));
  const { url, simulator, stop } = await startSimulator({ port: 0, stateDirectory, seed: 'demo' });
  await fetch(`${url}/control/quota`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"perMinute":null}',
  });
  const token = await accessToken(url);
  const body = 'Some words of a message. '.repeat(160);
  const addMessages = (from: number, to: number) =>
    simulator.store.transaction(() => {
      for (let count = from; count < to; count += 1) {
        const raw = Buffer.from(
          `From: ana@x.example\r\nTo: ${account}\r\nSubject: Number ${count}\r\nMessage-ID: <${count}@x.example>\r\n\r\n${body}`,
        );
        addMessage(simulator, account, { raw, labels: ['INBOX'] });
      }
    });
  const measure = async () => {
    const ids = messagesWith(simulator, account, { limit: gets }).map(({ id }) => id);
    const paths = Array.from(
      { length: gets },
      (_, at) => `/gmail/v1/users/me/messages/${ids[(at * 7) % ids.length]}?format=raw`,
    );
    return perSecond(url, paths, token);
  };
  addMessages(0, 1_000);
  await measure(); // warm-up
  const small = await measure();
  addMessages(1_000, mailboxSize);
  const rate = await measure();
  const answer = await (
    await fetch(
      `${url}/gmail/v1/users/me/messages/${messagesWith(simulator, account, { limit: 1 })[0]!.id}?format=raw`,
      { headers: { authorization: `Bearer ${token}` } },
    )
  ).text();
  await stop();
  await rm(stateDirectory, { recursive: true, force: true });

  const baselineServer = createServer((_request, response) =>
    response.setHeader('content-type', 'application/json').end(answer),
  ).listen(0, '127.0.0.1');
  await new Promise((resolve) => baselineServer.once('listening', resolve));
  const baselineUrl = `http://127.0.0.1:${(baselineServer.address() as AddressInfo).port}`;
  const baseline = await perSecond(
    baselineUrl,
    Array.from({ length: gets }, () => '/'),
    token,
  );
  baselineServer.close();

  const round = (value: number) => Math.round(value * 100) / 100;
  const toTableRow = (perSecond: number) => ({
    'messages.get per second': Math.round(perSecond),
    ratio: round(perSecond / baseline),
  });
  console.table({
    'simulator, 1,000 messages': toTableRow(small),
    'simulator, 100,000 messages': toTableRow(rate),
    'baseline: a plain HTTP server': toTableRow(baseline),
  });
  return {
    rate: Math.round(rate),
    floor: Math.round(baseline),
    ratio: round(rate / baseline),
    growth: round(small / rate),
  };
}

async function accessToken(url: string): Promise<string> {
  const client = googleClient(url);
  const { url: authorization, verifier } = authorizationUrl(client);
  const back = await answerConsent(authorization, account, { ticked: mailScopes });
  const { tokens } = await client.getToken({ code: back.searchParams.get('code')!, codeVerifier: verifier });
  return tokens.access_token!;
}

async function perSecond(url: string, paths: string[], token: string): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: atOnce });
  const get = (target: string) =>
    new Promise<void>((resolve, reject) => {
      const sentRequest = request(
        url + target,
        { agent, headers: { authorization: `Bearer ${token}` } },
        (response) => {
          if (response.statusCode !== 200) reject(new Error(`${target}: ${response.statusCode}`));
          response.resume().on('end', resolve);
        },
      );
      sentRequest.on('error', reject).end();
    });
  const began = performance.now();
  const queue = paths.values();
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (const target of queue) await get(target);
    }),
  );
  const seconds = (performance.now() - began) / 1_000;
  agent.destroy();
  return paths.length / seconds;
}
