/**
 * The name of a pressed key as shortcuts are bound: a letter by its position where the layout is not Latin
 * (`й` on the key Q is `q`), and in lower case where Caps Lock is on.
 */
export function shortcutKey({
  key,
  code,
  shiftKey,
}: Pick<KeyboardEvent, 'key' | 'code' | 'shiftKey'>): string {
  if (key.length !== 1) return key;
  const letter = /^Key([A-Z])$/.exec(code)?.[1];
  const name = letter && key.charCodeAt(0) > 0x7f ? letter : key;
  return shiftKey ? name : name.toLowerCase();
}
