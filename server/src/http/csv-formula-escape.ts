/** Marks a CSV cell as text that a spreadsheet would read as a formula. */
export function escapeCsvFormula(text: string): string {
  return /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
}
