import type { ReactNode } from 'react';
import { findLinks } from './find-links.ts';

/** Plain text with its links and addresses as links. */
export function linkify(text: string): ReactNode[] {
  return findLinks(text).map(({ text: piece, href }, index) =>
    href === null ? (
      piece
    ) : (
      <a key={index} href={href} target="_blank" rel="noopener noreferrer">
        {piece}
      </a>
    ),
  );
}
