import styles from './initials-avatar.module.css';

const hues = ['#8a5a44', '#5b6b3a', '#3f6b7a', '#6a4f82', '#8a4560', '#4a5f8a', '#7a6a2f', '#3d7059'];

/** Initials on a colour derived from the name. */
export function InitialsAvatar({ name, size = 32 }: { name: string; size?: number }) {
  const words = name
    .replace(/[^\p{L}\p{N} ]/gu, ' ')
    .trim()
    .split(/\s+/);
  const letters = `${words[0]?.[0] ?? '?'}${words.length > 1 ? (words.at(-1)?.[0] ?? '') : ''}`.toUpperCase();
  let sum = 0;
  for (const character of name) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 9973;
  const background = hues[sum % hues.length];
  return (
    <span
      className={styles.initials}
      style={{ width: size, height: size, background, fontSize: size * 0.38 }}
      aria-hidden
    >
      {letters}
    </span>
  );
}
