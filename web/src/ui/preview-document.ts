import { isRemote, replaceUrls, replaceUrlsOfCandidates } from './image-urls.ts';
import { styleNonce } from './style-nonce.ts';

/**
 * The document of a preview: the HTML that is sent, whose remote pictures load from where `imageUrl` says. Its style
 * sheets get the nonce that the policy of the page asks for, which the frame inherits. That policy blocks remote
 * fonts and style sheets.
 */
export function previewDocument(html: string, imageUrl: (address: string) => string): string {
  const page = new DOMParser().parseFromString(html, 'text/html');
  const load = (address: string) => (isRemote(address) ? imageUrl(address.trim()) : address);
  const change = (name: string, elements: string, changed: (value: string) => string) => {
    for (const element of page.querySelectorAll(`${elements}[${name}]`))
      element.setAttribute(name, changed(element.getAttribute(name)!));
  };
  change('src', 'img', load);
  change('srcset', ':is(img,source)', (value) => replaceUrlsOfCandidates(value, load));
  change('background', '', load);
  change('style', '', (value) => replaceUrls(value, load));
  for (const style of page.querySelectorAll('style')) {
    if (styleNonce) style.setAttribute('nonce', styleNonce);
    style.textContent = withImageUrls(style.textContent, load);
  }
  // The parser drops a line feed at the beginning, once more when the document is parsed again.
  for (const text of page.querySelectorAll('pre,listing')) text.prepend('\n');
  const doctype = page.doctype ? new XMLSerializer().serializeToString(page.doctype) : '';
  return doctype + page.documentElement.outerHTML;
}

/** A style sheet whose pictures load from elsewhere; what it imports and its fonts keep their addresses. */
function withImageUrls(css: string, load: (address: string) => string): string {
  return css
    .split(/(@font-face[^}]*|@import[^;]*)/i)
    .map((part, index) => (index % 2 === 0 ? replaceUrls(part, load) : part))
    .join('');
}
