/** A cell of a CSV file that a spreadsheet would take for a formula is marked as text. */
export function escapeCsvFormula(text: string): string {
  return /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
}
