import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { defaultClient } from '../../../google-simulator/src/clients.ts';
import { formatHistoryId, historyIdOf } from '../../../google-simulator/src/mail/mailbox.ts';
import { removeApp } from '../../../google-simulator/src/revocation.ts';
import { serviceAccountFile } from '../../../google-simulator/src/risc/service-account.ts';
import { startSimulator } from '../../../google-simulator/src/server.ts';
import { simulatedClient, simulatorSettings } from './simulator-settings.ts';

/** The query parameters of Google's redirect. */
export type CallbackQuery = { state?: string; code?: string; error?: string };

export type SimulatedGoogle = Awaited<ReturnType<typeof startSimulatedGoogle>>;

/** A simulated Google for one test file, with the demo's accounts, and helpers to use its pages. */
export async function startSimulatedGoogle() {
  const stateDirectory = await mkdtemp(path.join(tmpdir(), 'postroom-google-'));
  const { url, simulator, stop } = await startSimulator({ port: 0, stateDirectory, seed: 'demo' });
  const config = simulatedClient(url);
  return {
    url,
    simulator,
    config,
    /** The variables with which Postroom uses it. */
    settings: simulatorSettings(url),
    /** The key file of the project's service account. */
    serviceAccountFile: path.join(stateDirectory, serviceAccountFile),

    /** Chooses the account, unticks a permission (by the end of its name), and allows or denies. */
    async signIn(
      authorizationUrl: string,
      { as, untick, deny }: { as: string; untick?: string; deny?: boolean },
    ): Promise<CallbackQuery> {
      const request = new URL(authorizationUrl).search.slice(1);
      const consent = `${config.addresses.authorization}/account?${new URLSearchParams({ request, account: as })}`;
      const shown = await fetch(consent, { redirect: 'manual' });
      const straightBack = shown.headers.get('location');
      // The account has consented before.
      if (straightBack && !deny) return Object.fromEntries(new URL(straightBack).searchParams);
      const page = await shown.text();
      const form = new URLSearchParams({ answer: deny ? 'deny' : 'allow' });
      for (const [input] of page.matchAll(/<input[^>]*>/g)) {
        const name = attribute(input, 'name');
        const value = attribute(input, 'value');
        const ticked = attribute(input, 'type') !== 'checkbox' || !untick || !value.endsWith(untick);
        if (ticked) form.append(name, value);
      }
      const answer = await fetch(`${config.addresses.authorization}/consent`, {
        method: 'POST',
        body: form,
        redirect: 'manual',
      });
      const location = answer.headers.get('location');
      if (!location) throw new Error(`Google's page did not lead back: ${await answer.text()}`);
      return Object.fromEntries(new URL(location).searchParams);
    },

    /** Every valid token of any account. */
    tokens: (): string[] =>
      simulator.store
        .all<{ token: string }>('SELECT token FROM refresh_tokens UNION ALL SELECT token FROM access_tokens')
        .map(({ token }) => token),

    /** The current historyId of a mailbox, a decimal string. */
    historyIdOf: (address: string): string => formatHistoryId(historyIdOf(simulator, address)),

    /** Every account owner removes Postroom on Google's page of third-party access. */
    removeEveryAccess(): void {
      for (const { sub } of simulator.store.all<{ sub: string }>('SELECT sub FROM accounts')) {
        removeApp(simulator, sub, defaultClient.project);
      }
    },

    async stop(): Promise<void> {
      await stop();
      await rm(stateDirectory, { recursive: true });
    },
  };
}

function attribute(tag: string, name: string): string {
  const value = new RegExp(`${name}="([^"]*)"`).exec(tag)?.[1] ?? '';
  return value.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)));
}
