/** What the doctor looked at, and what mends it; `remedy` null: it is as it must be. */
export type Finding = { text: string; remedy: string | null };

export const good = (text: string): Finding => ({ text, remedy: null });
export const bad = (text: string, remedy: string): Finding => ({ text, remedy });
