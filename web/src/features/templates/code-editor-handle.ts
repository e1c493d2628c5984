/** What the page does in the editor from outside of it. */
export type CodeEditorHandle = {
  /** Puts text where the cursor is. */
  insert(text: string): void;
  /** Shows a line, counted from 1, and puts the cursor there. */
  goToLine(line: number): void;
};
