import { answerConsent } from '../google-simulator/src/testing.ts';

/** The user that the server creates at its first start. */
export const admin = { email: 'admin@acme.example', password: 'a password for measuring' };

/** Calls Postroom's API at `url` as the admin. */
export function createAdminClient(url: string) {
  let cookie = '';
  let instanceId = '';

  const call = async (method: string, target: string, body?: object) => {
    const response = await fetch(`${url}${target}`, {
      method,
      redirect: 'manual',
      headers: { cookie, origin: url, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    });
    if (response.status >= 400)
      throw new Error(`${method} ${target}: ${response.status} ${await response.text()}`);
    return response;
  };

  return {
    call,
    cookie: () => cookie,
    instanceId: () => instanceId,

    async signIn(): Promise<void> {
      const { headers } = await call('POST', '/api/auth/sign-in/email', admin);
      cookie = headers
        .getSetCookie()
        .map((one) => one.split(';')[0])
        .join('; ');
      const me = (await (await call('GET', '/api/me')).json()) as { instances: Array<{ id: string }> };
      instanceId = me.instances[0]!.id;
    },

    /** Connects a Google account through Google's pages; returns the mailbox's id. */
    async connectMailbox(email: string): Promise<string> {
      const base = `/api/instances/${instanceId}/connections`;
      const started = await (await call('POST', base, {})).json();
      const { id, authorizationUrl } = started as { id: string; authorizationUrl: string };
      const back = await answerConsent(authorizationUrl, email);
      await call('GET', `${back.pathname}${back.search}`);
      const settings = {
        displayName: email,
        templateId: null,
        dynamicAliasName: false,
        threading: 'single',
      };
      const saved = await (await call('POST', `${base}/${id}/save`, settings)).json();
      return (saved as { mailbox: { id: string } }).mailbox.id;
    },
  };
}
