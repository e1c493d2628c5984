import type { FastifyInstance, FastifyReply } from 'fastify';
import { type Account, findAccount, listAccounts, setAccount } from '../accounts.ts';
import { isSignInScope } from '../grants.ts';
import { avatar, html, page } from '../html.ts';
import { type ConnectedApp, changePassword, connectedApps, removeApp } from '../revocation.ts';
import type { Simulator } from '../simulator.ts';
import { describeScope } from './scopes.ts';

const style = `
main{max-width:720px;margin:0 auto;padding:24px 16px}
h1{font-size:28px;margin-bottom:4px}
h2{font-size:18px;font-weight:500;margin:0}
.card{background:#fff;border:1px solid #dde3ea;border-radius:16px;padding:20px;margin:16px 0}
.card form{margin-top:14px}
.who{display:flex;gap:12px;align-items:center;overflow-wrap:anywhere}
ul{padding-left:20px;margin:8px 0}
.rows{list-style:none;padding:0;margin:0}
.rows a{display:flex;gap:12px;padding:8px 0;align-items:center;color:inherit;text-decoration:none;overflow-wrap:anywhere}
.rows a:hover{background:#f2f6fc}
.wrong{color:#b3261e;font-weight:500}
`;

/** The account's settings page: apps with access and their removal, changing the password, disabling the account. */
export function registerConnections(app: FastifyInstance, simulator: Simulator): void {
  const { store, clock } = simulator;

  app.get<{ Querystring: { account?: string; done?: string } }>('/connections', (request, reply) => {
    const { account: email, done } = request.query;
    if (email === undefined) return send(reply, listPage(listAccounts(store)));
    const account = findAccount(store, email);
    if (!account || account.kind === 'group') {
      return send(reply.code(404), listPage(listAccounts(store), `There is no account ${email} here.`));
    }
    return send(reply, accountPage(account, connectedApps(simulator, account), done ?? null));
  });

  const action = (path: string, act: (account: Account, form: Record<string, string>) => string): void => {
    app.post<{ Body: Record<string, string> }>(`/connections/${path}`, (request, reply) => {
      const form = request.body ?? {};
      const account = findAccount(store, form.account ?? '');
      if (!account)
        return send(reply.code(404), listPage(listAccounts(store), 'There is no such account here.'));
      const done = act(account, form);
      return reply.redirect(`/connections?${new URLSearchParams({ account: account.email, done })}`, 303);
    });
  };
  action('remove', (account, form) => {
    removeApp(simulator, account.sub, form.project ?? '');
    return 'The app no longer has access to this account.';
  });
  action('password', (account) => {
    changePassword(simulator, account.sub);
    return 'The password was changed. Apps that read or send mail have lost their access.';
  });
  action('disable', (account) => {
    setAccount(store, clock, account.email, { disabled: true });
    return 'The account is disabled.';
  });
  action('enable', (account) => {
    setAccount(store, clock, account.email, { disabled: false });
    return 'The account is enabled again.';
  });
}

function listPage(accounts: Account[], wrong?: string): string {
  const rows = accounts
    .filter(({ kind }) => kind === 'account')
    .map(
      ({ name, email }) =>
        html`<li><a href="/connections?account=${encodeURIComponent(email)}">${avatar(name, email)} ${email}</a></li>`,
    );
  return page(
    'Google Accounts - Simulated Google',
    style,
    html`<main><h1>Google Accounts</h1>${wrong && html`<p class="wrong" role="alert">${wrong}</p>`}
      <div class="card"><ul class="rows">${rows}</ul></div></main>`,
  );
}

function accountPage(account: Account, apps: ConnectedApp[], done: string | null): string {
  const owner = html`<input type="hidden" name="account" value="${account.email}">`;
  const cards = apps.map((connected) => {
    const can = connected.scope.split(' ').filter((scope) => !isSignInScope(scope));
    return html`<section class="card" aria-label="${connected.name}"><h2>${connected.name}</h2>
      <p class="quiet">Access given on ${new Date(connected.grantedAt).toUTCString()}. It can:</p>
      <ul>${can.map((scope) => html`<li>${describeScope(scope) ?? scope}</li>`)}<li>Know your name and email address</li></ul>
      <form method="post" action="/connections/remove">${owner}<input type="hidden" name="project" value="${connected.project}">
        <button class="danger" aria-label="Remove access of ${connected.name}">Remove access</button></form></section>`;
  });
  const disabled = account.disabledAt !== null;
  return page(
    `Third-party access of ${account.email} - Simulated Google`,
    style,
    html`<main><p class="who">${avatar(account.name, account.email)} <span>${account.name}<br><span class="quiet">${account.email}</span></span></p>
      <h1>Third-party apps &amp; services</h1>
      <p class="quiet">Apps you gave access to your Google Account. <a href="/connections">Other accounts</a> · <a href="/mail?account=${encodeURIComponent(account.email)}">Mail</a></p>
      ${done && html`<p role="status"><strong>${done}</strong></p>`}
      ${disabled && html`<p class="wrong" role="alert">This account is disabled.</p>`}
      ${apps.length > 0 ? cards : html`<div class="card">No app has access to this account.</div>`}
      <section class="card" aria-label="Account"><h2>Account</h2>
        <p class="quiet">What an owner or a Workspace admin may do one day, to see what the app makes of it.</p>
        <form method="post" action="/connections/password">${owner}<button>Change password</button></form>
        <form method="post" action="/connections/${disabled ? 'enable' : 'disable'}">${owner}<button class="danger">${disabled ? 'Enable account' : 'Disable account'}</button></form>
      </section></main>`,
  );
}

function send(reply: FastifyReply, body: string): FastifyReply {
  return reply.type('text/html; charset=utf-8').header('cache-control', 'no-store').send(body);
}
