let found: { rules: string; urls: string[] } | null = null;

/**
 * The fonts of the page (base.css), as `@font-face` rules for the document of a frame, and the URLs of their files.
 * The page has loaded these files, so that a frame takes them from the browser's cache.
 */
export function pageFonts(): { rules: string; urls: string[] } {
  found ??= readFonts();
  return found;
}

function readFonts(): { rules: string; urls: string[] } {
  const urls: string[] = [];
  const rules = [...document.styleSheets].flatMap(({ href, cssRules }) =>
    [...cssRules]
      .filter((rule) => rule instanceof CSSFontFaceRule)
      .map(({ cssText }) =>
        cssText.replace(/url\("([^"]+)"\)/g, (_, path: string) => {
          // A frame's document has a blob: URL, to which no other is relative.
          const { href: url } = new URL(path, href ?? document.baseURI);
          urls.push(url);
          return `url("${url}")`;
        }),
      ),
  );
  return { rules: rules.join(''), urls };
}
