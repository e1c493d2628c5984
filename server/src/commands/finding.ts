/** What the doctor looked at, and what mends it; `advice` null: it is as it must be. */
export type Finding = { text: string; advice: string | null };

export const good = (text: string): Finding => ({ text, advice: null });
export const bad = (text: string, advice: string): Finding => ({ text, advice });
