import { decodeWords } from 'postal-mime';
import { type Html, html, page, trusted } from '../html.ts';
import { headerOf } from '../mail/headers.ts';
import type { StoredMessage } from '../mail/messages.ts';
import { type AccountRow, type Folder, folders, type Thread } from './folders.ts';
import { isInline, type Opened, people } from './open-message.ts';
import { mailStyle } from './style.ts';

/** `/mail/ana@mail.example`: the @ is allowed in a path (RFC 3986 §3.3). */
export function mailPath(email: string, ...rest: string[]): string {
  return ['/mail', ...[email, ...rest].map((part) => encodeURIComponent(part).replaceAll('%40', '@'))].join(
    '/',
  );
}

export type Frame = { rows: AccountRow[]; email: string; folder: Folder | null; version: string };

function mailPage(title: string, frame: Frame, main: Html, { live }: { live: boolean }): string {
  const { rows, email, folder, version } = frame;
  const list = (title: string, some: AccountRow[]): Html | null =>
    some.length === 0
      ? null
      : html`<h2>${title}</h2><ul>${some.map(
          ({
            account,
            unread,
          }) => html`<li><a href="${mailPath(account.email, 'inbox')}" title="${account.name}"
            ${account.email === email && trusted('aria-current="page"')}>${account.email}</a>
            ${unread > 0 && html`<span class="count" title="unread">${unread === 99 ? '99+' : unread}</span>`}</li>`,
        )}</ul>`;
  const tabs = Object.entries(folders).map(
    ([name, { title }]) =>
      html`<a href="${mailPath(email, name)}" ${name === folder && trusted('aria-current="page"')}>${title}</a>`,
  );
  return page(
    `${title} - ${email} - Simulated Google`,
    mailStyle,
    html`<div class="mail"><nav aria-label="Accounts">
      <div id="accounts">
      ${list(
        'Customers',
        rows.filter(({ account }) => account.hd === null),
      )}
      ${list(
        'Google Workspace',
        rows.filter(({ account }) => account.hd !== null),
      )}</div>
      <details class="add"><summary>Add a customer account</summary>
        <form method="post" action="/mail/accounts">
          <label>Name<input type="text" name="name" required maxlength="80"></label>
          <label>Address<input type="email" name="email" required placeholder="name@mail.example"></label>
          <button>Add account</button></form></details>
    </nav><main id="${live ? 'live' : 'still'}" data-version="${version}">
      <div class="folders" role="navigation" aria-label="Folders">${tabs}</div>${main}</main></div>
      <script src="/mail/client.js" type="module"></script>`,
  );
}

/** A folder's threads, newest first. */
export function folderPage(frame: Frame & { folder: Folder }, threads: Thread[]): string {
  const { email, folder } = frame;
  const rows = threads.map(({ threadId, newest, count, unread }) => {
    const who = folder === 'sent' ? `To: ${formatNames(newest.to)}` : formatNames(newest.from);
    return html`<li><a href="${mailPath(email, folder, threadId)}" ${unread && trusted('class="unread"')}>
      <span>${who}${count > 1 && ` (${count})`}</span>
      <span class="about">${decodeWords(newest.subject) || '(no subject)'} <span class="snippet">— ${newest.snippet}</span></span>
      ${time(newest.internalDate)}</a></li>`;
  });
  return mailPage(
    folders[folder].title,
    frame,
    html`<div class="top"><h1>${folders[folder].title}</h1><span class="quiet">${email}</span>
      <form method="get" action="${mailPath(email, 'compose')}"><button class="primary">Compose</button></form></div>
      ${threads.length > 0 ? html`<ul class="threads" aria-label="Conversations">${rows}</ul>` : html`<p class="empty">Nothing in ${folders[folder].title}.</p>`}`,
    { live: true },
  );
}

/** A thread with all its messages and its actions. */
export function threadPage(
  frame: Frame & { folder: Folder },
  threadId: string,
  messages: { message: StoredMessage; opened: Opened }[],
): string {
  const { email, folder } = frame;
  const last = messages.at(-1)!;
  const act = (action: string, words: string): Html =>
    html`<form method="post" action="${mailPath(email, folder, threadId, action)}"><button>${words}</button></form>`;
  const actions = {
    inbox: [act('spam', 'Mark as spam'), act('trash', 'Delete')],
    sent: [act('trash', 'Delete')],
    scheduled: [act('send-now', 'Send now'), act('trash', 'Delete')],
    spam: [act('not-spam', 'Not spam'), act('delete', 'Delete for ever')],
    trash: [act('restore', 'Move to inbox'), act('delete', 'Delete for ever')],
  }[folder];
  const answer = (all: boolean, words: string): Html =>
    html`<form method="get" action="${mailPath(email, 'compose')}"><input type="hidden" name="reply" value="${last.message.id}">
      ${all && html`<input type="hidden" name="all" value="1">`}<button>${words}</button></form>`;
  const subject = messages[0]?.opened.subject || '(no subject)';
  return mailPage(
    subject,
    frame,
    html`<div class="top"><h1>${subject}</h1><span class="quiet">${email}</span></div>
      <div class="bar"><a class="button" href="${mailPath(email, folder)}">Back</a>${actions}</div>
      ${messages.map(({ message, opened }) => article(email, message, opened))}
      <div class="bar">${answer(false, 'Reply')}${answer(true, 'Reply all')}</div>`,
    { live: true },
  );
}

function article(email: string, message: StoredMessage, opened: Opened): Html {
  const path = (...rest: string[]): string => mailPath(email, 'message', message.id, ...rest);
  const files = opened.parts.flatMap((part, at) =>
    isInline(part, opened.html)
      ? []
      : [
          html`<li><a href="${path('part', String(at))}" download="${part.name}">${part.name} (${size(part.content.length)})</a></li>`,
        ],
  );
  const from = people(opened.from);
  const failed = /\bdmarc=fail\b/.test(headerOf(message.headers, 'Authentication-Results'));
  return html`<article aria-label="Message from ${from}"><header><div><strong>${from}</strong>${failed && html` <span class="quiet">(sender not verified)</span>`}<br>
    <span class="quiet">to ${people(opened.to) || 'nobody named'}${opened.cc.length > 0 && `, Cc ${people(opened.cc)}`}</span></div>
    <div style="flex:none;text-align:right">${time(message.internalDate)}<br><a class="quiet" href="${path('original')}">Show original</a></div></header>
    <iframe src="${path('body')}" title="Message text" sandbox="allow-same-origin allow-popups"></iframe>
    ${files.length > 0 && html`<ul class="files" aria-label="Attachments">${files}</ul>`}</article>`;
}

export type Draft = { to: string; cc: string; subject: string; reply: string | null; quotes: string | null };

/** The compose page; its script sends the message. */
export function composePage(frame: Frame, draft: Draft): string {
  const { email } = frame;
  const row = (name: string, label: string, value: string, focus = false): Html =>
    html`<label class="row">${label}<input type="text" name="${name}" value="${value}" autocomplete="off" ${focus && trusted('autofocus')}></label>`;
  const tool = (command: string, words: string): Html =>
    html`<button type="button" data-command="${command}">${words}</button>`;
  return mailPage(
    draft.reply ? 'Reply' : 'New message',
    frame,
    html`<div class="top"><h1>${draft.reply ? 'Reply' : 'New message'}</h1><span class="quiet">from ${email}</span></div>
      <form class="compose" id="compose" action="${mailPath(email, 'send')}">
      ${row('to', 'To', draft.to, draft.reply === null)}${row('cc', 'Cc', draft.cc)}${row('bcc', 'Bcc', '')}${row('subject', 'Subject', draft.subject)}
      <div class="tools" role="toolbar" aria-label="Formatting">${tool('bold', 'Bold')}${tool('italic', 'Italic')}${tool('createLink', 'Link')}
        <label class="button file" for="image">Insert image</label><input class="hidden-file" type="file" id="image" accept="image/*" multiple>
        <label class="button file" for="files">Attach files</label><input class="hidden-file" type="file" id="files" multiple></div>
      <div class="editor" id="editor" contenteditable="true" role="textbox" aria-multiline="true" aria-label="Message"></div>
      <ul class="files" id="attached" aria-label="Attached files"></ul>
      ${
        draft.reply &&
        html`<input type="hidden" name="reply" value="${draft.reply}">
        <label class="quiet"><input type="checkbox" name="quote" value="1" checked> Quote what was written by ${draft.quotes}</label>`
      }
      <p class="wrong" id="wrong" role="alert"></p>
      <div class="actions"><button class="primary">Send</button><a class="button" href="${mailPath(email, 'inbox')}">Discard</a></div>
      </form>`,
    { live: false },
  );
}

/** A page of plain text in the same layout: the source of a message, or an error. */
export function plainPage(title: string, frame: Frame, main: Html): string {
  return mailPage(title, frame, main, { live: false });
}

function formatNames(header: string): string {
  return (
    decodeWords(header)
      .replace(/\s*<[^>]*>/g, '')
      .replaceAll('"', '') || '(nobody)'
  );
}

function time(ms: number): Html {
  const at = new Date(ms);
  const today = at.toDateString() === new Date().toDateString();
  const words = today
    ? at.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' })
    : at.toLocaleDateString('en-GB', { day: 'numeric', month: 'short' });
  return html`<time datetime="${at.toISOString()}" title="${at.toUTCString()}">${words}</time>`;
}

function size(bytes: number): string {
  return bytes < 1000
    ? `${bytes} B`
    : bytes < 1e6
      ? `${Math.round(bytes / 1000)} kB`
      : `${(bytes / 1e6).toFixed(1)} MB`;
}
