/** The commands of the code editor. */
export type CodeEditorHandle = {
  /** Inserts text at the cursor. */
  insert(text: string): void;
  /** Scrolls to a line, counted from 1, and moves the cursor there. */
  goToLine(line: number): void;
};
