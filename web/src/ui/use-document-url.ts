import { useEffect, useState } from 'react';

/**
 * A `blob:` URL of an HTML document, for a frame. Unlike with `srcdoc` the document's type counts, and links to its
 * own parts stay in it. It is undefined at first.
 */
export function useDocumentUrl(html: string): string | undefined {
  const [url, setUrl] = useState<string>();
  useEffect(() => {
    const created = URL.createObjectURL(new Blob([html], { type: 'text/html' }));
    setUrl(created);
    return () => URL.revokeObjectURL(created);
  }, [html]);
  return url;
}
