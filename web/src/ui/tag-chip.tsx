import { IconX } from '@tabler/icons-react';
import type { CSSProperties } from 'react';
import type { Tag } from '../api/client.ts';
import styles from './tag-chip.module.css';

/** A tag in its colour, with a remove button where `remove` is given. */
export function TagChip({ tag, remove }: { tag: Tag; remove?: { name: string; onClick(): void } }) {
  return (
    <span className={styles.chip} style={chipColors(tag.color)} title={tag.name}>
      <span>{tag.name}</span>
      {remove && (
        <button type="button" className={styles.remove} aria-label={remove.name} onClick={remove.onClick}>
          <IconX size={12} aria-hidden />
        </button>
      )}
    </span>
  );
}

/** The colour of a tag alone. */
export function TagDot({ color }: { color: Tag['color'] }) {
  return <span data-colored className={styles.dot} style={chipColors(color)} aria-hidden />;
}

const chipColors = (color: Tag['color']) =>
  ({ '--chip': `var(--tag-${color})`, '--chip-words': `var(--tag-${color}-words)` }) as CSSProperties;
