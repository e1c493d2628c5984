import DOMPurify from 'dompurify';
import { cleanDeclarations, cleanStyleSheet, dependsOnHeight, type OwnStyle } from './clean-css.ts';
import { findByContentId } from './content-id.ts';
import { styleNonce } from './style-nonce.ts';

export type CleanHtml = {
  /** The style elements and other content of the head, as HTML. */
  head: string;
  /** The body element, as HTML; its attributes, styles and content are the message's. */
  body: string;
  /** The attributes of the html element, such as `dir`, as HTML. */
  rootAttributes: string;
  /** How browsers lay it out, by its doctype (HTML standard, section 13.2.6.4.1). */
  mode: 'no-quirks' | 'limited-quirks' | 'quirks';
  /** From where it loads images, as sources of a Content-Security-Policy: on this server exact paths. */
  imageSources: string[];
  /** Whether it refers to remote images that are not loaded. */
  hasHiddenImages: boolean;
  /** Whether it sets colors; whether it sets fonts at all, and for all of its text. */
  own: { colors: boolean; fonts: boolean; fontsOfAllText: boolean };
};

/**
 * Sanitizes the HTML of a message. DOMPurify removes scripts, form fields and frames; links open in a new tab. Only
 * images load: of type `data:`, of `cid:` (RFC 2392) from `inlineImages`, and remote ones by the URL that
 * `remoteImageUrl` returns. Without that function remote images are left out. No other URL of this server
 * remains, because a message must not send requests in its reader's name.
 */
export function cleanHtml(
  html: string,
  inlineImages: Map<string, string>,
  remoteImageUrl?: (address: string) => string,
): CleanHtml {
  const own: OwnStyle = { colors: false, fonts: false, fontSelectors: [] };
  const imageSources = new Set<string>();
  let hasHiddenImages = false;
  const resolve = (value: string): string | null => {
    const kind = kindOfImage(value);
    if (kind === 'data') return value;
    if (kind === null) return null;
    if (kind === 'remote' && !remoteImageUrl) hasHiddenImages = true;
    const loaded =
      kind === 'cid'
        ? findByContentId(value.trim().slice('cid:'.length), inlineImages)
        : remoteImageUrl?.(value.trim());
    if (!loaded) return null;
    const { href, origin, pathname, protocol } = new URL(loaded, location.href);
    imageSources.add(origin === location.origin ? origin + pathname : protocol);
    return href;
  };
  const purify = DOMPurify(window);
  purify.addHook('beforeSanitizeElements', (node) => {
    if (node.nodeName !== 'STYLE') return;
    // Of a quoted document: it would apply to the message around the quotation, and could hide it.
    const isQuoted = node.parentElement?.closest('blockquote');
    node.textContent = isQuoted ? '' : cleanStyleSheet(node.textContent ?? '', resolve, own);
  });
  purify.addHook('uponSanitizeAttribute', (node, attribute) => {
    const { attrName, attrValue } = attribute;
    // Not by ALLOWED_URI_REGEXP: DOMPurify applies that to every attribute, and so drops width, dir and color.
    if (attrName === 'href' && !allowedLink.test(withoutControls(attrValue))) attribute.keepAttr = false;
    // DOMPurify drops data: from background.
    if (attrName === 'background' && kindOfImage(attrValue)) attribute.forceKeepAttr = true;
    // DOMPurify drops ids that hide properties of a document; only together with a name they do.
    if (attrName === 'id') attribute.forceKeepAttr = true;
    if (attrName === 'name' && !/^(?:A|MAP)$/.test(node.nodeName)) attribute.keepAttr = false;
    if (attrName === 'media' && dependsOnHeight(attrValue)) attribute.attrValue = 'not all';
  });
  purify.addHook('afterSanitizeAttributes', (node) => {
    // A link within the message stays in the frame.
    if (/^(?:A|AREA)$/.test(node.nodeName) && !node.getAttribute('href')?.startsWith('#')) {
      node.setAttribute('target', '_blank');
      node.setAttribute('rel', 'noopener noreferrer');
    }
    for (const attribute of ['src', 'background']) {
      const value = node.getAttribute(attribute);
      if (value === null) continue;
      const resolved = resolve(value);
      if (resolved === null) node.removeAttribute(attribute);
      else node.setAttribute(attribute, resolved);
    }
    if (node.nodeName === 'STYLE' && styleNonce) node.setAttribute('nonce', styleNonce);
    if (node.hasAttribute('style')) cleanDeclarations((node as HTMLElement).style, resolve, own);
    if (node.hasAttribute('bgcolor') || node.hasAttribute('background') || node.hasAttribute('text'))
      own.colors = true;
    if (node.nodeName === 'FONT') {
      if (node.hasAttribute('color')) own.colors = true;
      if (node.hasAttribute('face') || node.hasAttribute('size')) own.fonts = true;
    }
  });
  const root = purify.sanitize(html, purifyOptions) as HTMLElement;
  const head = root.querySelector('head');
  const body = root.querySelector('body');
  return {
    head: head?.innerHTML ?? '',
    body: body?.outerHTML ?? '<body></body>',
    rootAttributes: attributesOf(root.cloneNode() as Element),
    mode: modeOf(html),
    imageSources: [...imageSources],
    hasHiddenImages,
    own: { ...own, fontsOfAllText: hasFontsOfAllText(root, own.fontSelectors) },
  };
}

function attributesOf(root: Element): string {
  return root.outerHTML.slice('<html'.length, -'></html>'.length);
}

function modeOf(html: string): CleanHtml['mode'] {
  const start = new DOMParser().parseFromString(html.slice(0, 1_000), 'text/html');
  if (start.compatMode === 'BackCompat') return 'quirks';
  const isLimited = /DTD (?:XHTML 1\.0|HTML 4\.01) (?:Transitional|Frameset)/i.test(
    start.doctype?.publicId ?? '',
  );
  return isLimited ? 'limited-quirks' : 'no-quirks';
}

/** Whether each text has an element around it that sets the font family. */
function hasFontsOfAllText(root: HTMLElement, fontSelectors: string[]): boolean {
  const withFont = [...fontSelectors, 'font[face]', '[style*="font-family" i]', '[style*="font:" i]'].join(
    ',',
  );
  const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const { textContent, parentElement } = texts.currentNode;
    if (textContent?.trim() && !parentElement?.closest(`style,${withFont}`)) return false;
  }
  return true;
}

const purifyOptions = {
  RETURN_DOM: true as const,
  WHOLE_DOCUMENT: true,
  ALLOW_DATA_ATTR: false,
  FORBID_TAGS: [
    'input',
    'button',
    'select',
    'textarea',
    'option',
    'iframe',
    'object',
    'embed',
    'base',
    'meta',
    'link',
    'svg',
    'math',
    'audio',
    'video',
  ],
  FORBID_ATTR: [
    'action',
    'formaction',
    'ping',
    'autofocus',
    'contenteditable',
    'tabindex',
    'accesskey',
    // The browser would choose among these and `src`; only that one is loaded by way of the server.
    'srcset',
    'poster',
    'longdesc',
    'cite',
  ],
  // HTML 4 attributes that browsers still render.
  ADD_ATTR: [
    'text',
    'link',
    'vlink',
    'alink',
    'leftmargin',
    'topmargin',
    'rightmargin',
    'bottommargin',
    'marginwidth',
    'marginheight',
    'hspace',
    'vspace',
    'rules',
    'frame',
    'bordercolor',
  ],
};

const allowedLink = /^(?:https?:|mailto:|tel:|sms:|#)/i;

function kindOfImage(value: string): 'data' | 'cid' | 'remote' | null {
  const address = withoutControls(value);
  if (/^data:image\//i.test(address)) return 'data';
  if (/^cid:/i.test(address)) return 'cid';
  if (!/^(?:https?:)?\/\//i.test(address)) return null;
  const base = 'https://sender.invalid';
  const isOther = URL.canParse(address, base) && new URL(address, base).hostname !== location.hostname;
  return isOther ? 'remote' : null;
}

/** Browsers ignore white space and control characters within a scheme (WHATWG URL, section 4.4). */
function withoutControls(url: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is removed
  return url.replace(/[\u0000-\u0020\u007f-\u00a0\u1680\u180e\u2000-\u2029\u205f\u3000]/g, '');
}
