import styles from './initials-avatar.module.css';
import { avatarColors } from './tokens.ts';

/**
 * Initials: of a person in a circle, on a colour derived from the name; of one of our addresses in a square of
 * the accent colour. `size` in pixels.
 */
export function InitialsAvatar({
  name,
  size = 32,
  kind = 'person',
}: {
  name: string;
  size?: number;
  kind?: 'person' | 'address';
}) {
  const words = name
    // Of an address without a name: its local part.
    .replace(/(.)@.*/, '$1')
    .replace(/[^\p{L}\p{N} ]/gu, ' ')
    .trim()
    .split(/\s+/);
  const last = words.length > 1 && size >= 24 ? (words.at(-1)?.[0] ?? '') : '';
  let sum = 0;
  for (const character of name) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 9973;
  const background = kind === 'person' ? avatarColors[sum % avatarColors.length] : undefined;
  return (
    <span
      className={`${styles.initials} ${styles[kind]} ${size < 40 ? '' : styles.large}`}
      style={{ width: size, height: size, background }}
      // Not text: the name is beside it.
      data-initials={`${words[0]?.[0] ?? '?'}${last}`.toUpperCase()}
      aria-hidden
    />
  );
}
