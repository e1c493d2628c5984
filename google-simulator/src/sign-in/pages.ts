import type { Account } from '../accounts.ts';
import { isSignInScope } from '../grants.ts';
import { avatar, type Html, html, page } from '../html.ts';
import type { AuthorizationRequest, BlockedRequest } from './request.ts';
import { describeScope } from './scopes.ts';

const style = `
main{max-width:1040px;margin:32px auto;background:#fff;border-radius:28px;padding:36px;display:grid;gap:20px 48px;grid-template-columns:1fr 1fr;min-height:384px}
main .top{grid-column:1/-1;font-size:14px;color:#444746;border-bottom:1px solid #dde3ea;margin:-16px -36px 4px;padding:0 36px 12px}
h1{font-size:36px}
main p{margin:12px 0}
ul{list-style:none;margin:0;padding:0}
.accounts li{border-bottom:1px solid #c4c7c5}
.accounts a{display:flex;gap:14px;align-items:center;padding:12px 8px;color:inherit;text-decoration:none;border-radius:4px}
.accounts a:hover{background:#f2f6fc}
.accounts strong,.accounts span span{display:block;font-weight:500;font-size:14px;line-height:1.4;overflow-wrap:anywhere}
.accounts span span{font-weight:400;font-size:12px;color:#444746}
.other{font-size:14px;font-weight:500}
.chip{color:inherit;text-decoration:none;display:inline-flex;align-items:center;gap:8px;border:1px solid #747775;border-radius:16px;padding:2px 12px 2px 3px;font-size:14px;font-weight:500;overflow-wrap:anywhere}
.chip .avatar{width:24px;height:24px;font-size:12px}
.scopes li{border-bottom:1px solid #e1e3e1}
.scopes label,.scopes .fixed{display:flex;gap:12px;justify-content:space-between;align-items:center;padding:12px 0;font-size:14px}
.scopes input{width:20px;height:20px;flex:none;accent-color:#0b57d0}
.actions{display:flex;gap:10px;justify-content:flex-end;align-items:center;margin-top:24px}
.wrong{color:#b3261e;font-size:14px}
code{font-size:13px;overflow-wrap:anywhere}
@media (max-width:840px){main{display:block;margin:0;border-radius:0;padding:16px 24px 24px;min-height:calc(100vh - 24px)}.accounts a{padding:6px 4px}main .top{margin:-4px -24px 16px;padding:0 24px 10px}h1{font-size:26px}}
`;

function signInPage(title: string, left: Html, right: Html): string {
  return page(
    `${title} - Simulated Google`,
    style,
    html`<main><div class="top">Sign in with simulated Google</div><section>${left}</section><section>${right}</section></main>`,
  );
}

/** "Choose an account". `hrefOf` returns the URL to continue with an account. */
export function chooserPage(
  request: AuthorizationRequest,
  accounts: Account[],
  hrefOf: (account: Account) => string,
  otherHref: string,
): string {
  const rows = accounts.map(
    (account) => html`<li><a href="${hrefOf(account)}">${avatar(account.name, account.email)}
      <span><strong>${account.name}</strong><span>${account.email}</span></span></a></li>`,
  );
  return signInPage(
    'Choose an account',
    html`<h1>Choose an account</h1><p>to continue to <strong>${request.client.name}</strong></p>`,
    html`<ul class="accounts">${rows}<li><a class="other" href="${otherHref}">Use another account</a></li></ul>
      <p class="quiet">Everyone here is made up and already signed in: there are no passwords.</p>`,
  );
}

/** "Sign in": type the address of a simulated account. `fields` are hidden inputs with the request. */
export function identifierPage(
  request: AuthorizationRequest,
  fields: Html,
  typed: string,
  wrong: string | null,
): string {
  return signInPage(
    'Sign in',
    html`<h1>Sign in</h1><p>to continue to <strong>${request.client.name}</strong></p>`,
    html`<form method="get" action="/o/oauth2/v2/auth/identifier">${fields}
      <p><label for="email">Email</label><br><input id="email" type="email" name="email" value="${typed}" required autofocus autocomplete="off"></p>
      ${wrong && html`<p class="wrong" role="alert">${wrong}</p>`}
      <div class="actions"><button class="primary">Next</button></div></form>`,
  );
}

/**
 * The consent page, with a checkbox for each permission if there are several; `otherHref` leads to the account chooser.
 * `grantedBefore`: what incremental authorization keeps, listed without a checkbox.
 */
export function consentPage(
  request: AuthorizationRequest,
  account: Account,
  fields: Html,
  otherHref: string,
  grantedBefore: string[] = [],
): string {
  const { client, scopes } = request;
  const known = scopes.filter(isSignInScope);
  const asked = scopes.filter((scope) => !isSignInScope(scope));
  const kept = grantedBefore.filter((scope) => !isSignInScope(scope) && !asked.includes(scope));
  // Granular consent: checkboxes only with more than one permission besides sign-in. Whether one that is added to
  // earlier ones has a checkbox is not known; with one, it can be unticked as well as denied.
  const boxes = asked.length + kept.length > 1;
  const rows = asked.map((scope) =>
    boxes
      ? html`<li><label><span>${describeScope(scope)}</span><input type="checkbox" name="scope_granted" value="${scope}" checked></label></li>`
      : html`<li><div class="fixed">${describeScope(scope)}<input type="hidden" name="scope_granted" value="${scope}"></div></li>`,
  );
  return signInPage(
    `${client.name} wants access to your Google Account`,
    html`<h1>${client.name} wants access to your Google Account</h1>
      <p><a class="chip" href="${otherHref}" title="Use another account">${avatar(account.name, account.email)} ${account.email}</a></p>
      ${
        known.length > 0 &&
        html`<p class="quiet">Google will let ${client.name} know who you are: ${account.name}, ${account.email}.</p>`
      }`,
    html`<form method="post" action="/o/oauth2/v2/auth/consent">${fields}
      ${boxes && html`<p><strong>Select what ${client.name} can access</strong></p>`}
      <ul class="scopes">${rows}</ul>
      ${
        kept.length > 0 &&
        html`<p class="quiet">${client.name} already has some access:</p>
          <ul class="scopes">${kept.map((scope) => html`<li><div class="fixed">${describeScope(scope)}</div></li>`)}</ul>`
      }
      <p class="quiet">You can see or remove access at any time in your Google Account
        (<a href="/connections?account=${encodeURIComponent(account.email)}" target="_blank">third-party access</a>).</p>
      <div class="actions"><button name="answer" value="deny">Deny</button><button class="primary" name="answer" value="allow">Allow</button></div>
    </form>`,
  );
}

/** Google's own error page, without a redirect to the app. */
export function blockedPage(blocked: BlockedRequest, appName: string | null): string {
  return signInPage(
    'Access blocked',
    html`<h1>Access blocked: ${appName ?? 'authorization error'}</h1>`,
    html`<p>${blocked.detail}</p><p><code>Error ${blocked.status}: ${blocked.error}</code></p>
      <p class="quiet">If you are a developer of this app, check its client and its redirect addresses.</p>`,
  );
}
