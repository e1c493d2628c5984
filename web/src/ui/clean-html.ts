import DOMPurify from 'dompurify';

export type CleanHtml = { html: string; hasRemoteContent: boolean };

/**
 * Sanitizes the HTML of a message: DOMPurify removes scripts, forms and frames, `cid:` URLs (RFC 2392) point to
 * `inlineImages`, and links open in a new tab. `hasRemoteContent`: the HTML refers to remote images or fonts,
 * which the frame's policy blocks until the user allows them. `imageProxyUrl`, given once allowed, is the URL
 * through which the server fetches a remote image, so that the sender does not learn who reads the message.
 */
export function cleanHtml(
  html: string,
  inlineImages: Map<string, string>,
  imageProxyUrl?: (address: string) => string,
): CleanHtml {
  const proxyCssUrls = (css: string) =>
    imageProxyUrl
      ? css.replace(
          cssAddress,
          (_all, quote: string, address: string) => `url(${quote}${imageProxyUrl(address)}${quote})`,
        )
      : css;
  let hasRemoteContent = false;
  const purify = DOMPurify(window);
  // Not by ALLOWED_URI_REGEXP: DOMPurify applies that to every attribute, and so drops width, dir and color.
  purify.addHook('uponSanitizeAttribute', (_node, attribute) => {
    if (urlAttributes.has(attribute.attrName) && !allowedUrl.test(withoutControls(attribute.attrValue)))
      attribute.keepAttr = false;
  });
  purify.addHook('afterSanitizeAttributes', (node) => {
    if (node.nodeName === 'A') {
      node.setAttribute('target', '_blank');
      node.setAttribute('rel', 'noopener noreferrer');
    }
    for (const attribute of ['src', 'background', 'poster', 'srcset']) {
      const value = node.getAttribute(attribute);
      if (!value) continue;
      const cid = /^cid:(.*)$/is.exec(value.trim())?.[1];
      if (cid !== undefined) {
        const picture = inlineImages.get(decodeContentId(cid)) ?? inlineImages.get(cid);
        if (picture) node.setAttribute(attribute, picture);
        else node.removeAttribute(attribute);
      } else if (/^\s*(https?:)?\/\//i.test(value) || (attribute === 'srcset' && /\/\//.test(value))) {
        hasRemoteContent = true;
        if (!imageProxyUrl) continue;
        // Every browser falls back to `src`, so only that is proxied.
        if (attribute === 'srcset') node.removeAttribute(attribute);
        else node.setAttribute(attribute, imageProxyUrl(value.trim()));
      }
    }
    const style = node.getAttribute('style') ?? '';
    if (/url\s*\(\s*['"]?\s*(https?:)?\/\//i.test(style)) {
      hasRemoteContent = true;
      node.setAttribute('style', proxyCssUrls(style));
    }
  });
  purify.addHook('beforeSanitizeElements', (node) => {
    if (node.nodeName === 'STYLE' && node.textContent) node.textContent = proxyCssUrls(node.textContent);
  });
  const clean = purify.sanitize(html, {
    FORBID_TAGS: [
      'form',
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
    FORBID_ATTR: ['action', 'formaction', 'ping', 'autofocus', 'contenteditable', 'tabindex', 'accesskey'],
    ALLOW_DATA_ATTR: false,
    WHOLE_DOCUMENT: false,
    FORCE_BODY: true,
  });
  if (/<style[\s\S]*?(url\s*\(\s*['"]?\s*(https?:)?\/\/|@import)/i.test(clean)) hasRemoteContent = true;
  return { html: clean, hasRemoteContent };
}

/** The attributes of HTML whose value is a URL or a list of URLs. */
const urlAttributes = new Set([
  'href',
  'src',
  'srcset',
  'background',
  'poster',
  'cite',
  'longdesc',
  'xlink:href',
]);
const allowedUrl = /^(?:https?:|mailto:|tel:|cid:|data:image\/(?:png|jpe?g|gif|webp);|#)/i;

/** Browsers ignore white space and control characters within a scheme (WHATWG URL, section 4.4). */
function withoutControls(url: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is removed
  return url.replace(/[\u0000-\u0020\u007f-\u00a0\u1680\u180e\u2000-\u2029\u205f\u3000]/g, '');
}

const cssAddress = /url\s*\(\s*(['"]?)\s*((?:https?:)?\/\/[^'")\s]+)\s*\1\s*\)/gi;

function decodeContentId(cid: string): string {
  try {
    return decodeURIComponent(cid);
  } catch {
    return cid;
  }
}

/** The background of a frame: received mail is always on white, mail written here follows the page. */
export type FrameTheme = { lightBackground: boolean; dark: boolean };

/** The document of the frame; its Content-Security-Policy allows no scripts, and remote images only if asked. */
export function frameDocument(
  html: string,
  allowRemote: boolean,
  { lightBackground, dark }: FrameTheme,
): string {
  const pictures = allowRemote ? `'self' data: https: http:` : `'self' data:`;
  const policy = `default-src 'none'; img-src ${pictures}; style-src 'unsafe-inline'; font-src 'none'; form-action 'none'; base-uri 'none'`;
  const isDarkBackground = dark && !lightBackground;
  const colors = isDarkBackground ? 'color:#d6d3ce;color-scheme:dark' : 'color:#1f1c1a;color-scheme:light';
  const link = isDarkBackground ? '#5cb8ad' : '#0f6b63';
  // An image that may not load would show as broken.
  const hidden = allowRemote ? '' : 'img[src^="http"],img[src^="//"]{display:none}';
  return `<!doctype html><html><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}"><meta name="referrer" content="no-referrer"><style>
html{background:${lightBackground ? '#fff' : 'transparent'};${colors}}body{margin:0;padding:${lightBackground && dark ? '8px 10px' : '1px 0'};font:14px/1.55 Inter,system-ui,sans-serif;overflow-wrap:anywhere;overflow-x:auto}
img{max-width:100%;height:auto}table{max-width:100%}pre{white-space:pre-wrap}blockquote{margin:0 0 0 8px;padding-left:10px;border-left:2px solid #a29c94;opacity:.85}a{color:${link}}p{margin:0 0 .7em}body>:last-child{margin-bottom:0}${hidden}</style></head><body>${html}</body></html>`;
}
