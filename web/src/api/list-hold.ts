/** Why a list is held still: the pointer or a finger is on it, or keys walk it. */
type Reason = 'pointer' | 'touch' | 'keys';

/**
 * Holds the list on the page still while somebody uses it. What the server reports then changes its rows in place;
 * what would add, move or remove a row waits until nothing holds the list. Rows that are `kept` (selected, open,
 * at the cursor) are never removed. The user's own changes do not wait.
 */
export class ListHold {
  readonly #reasons = new Map<Reason, ReturnType<typeof setTimeout>>();
  readonly #listeners = new Set<() => void>();
  readonly #waiting = new Map<string, 'removal' | 'move'>();
  #keptIds: ReadonlySet<string> = new Set();
  #needsReload = false;

  get isStill(): boolean {
    return this.#reasons.size > 0;
  }
  /** How many conversations wait to be shown, or to be shown at another place. */
  get waitingCount(): number {
    return [...this.#waiting.values()].filter((kind) => kind === 'move').length;
  }

  isKept = (id: string): boolean => this.#keptIds.has(id);

  setKept(ids: ReadonlySet<string>): void {
    this.#keptIds = ids;
    this.#notify();
  }

  /** Holds the list for so many milliseconds, from now. */
  holdFor(reason: Reason, ms: number): void {
    clearTimeout(this.#reasons.get(reason));
    this.#reasons.set(
      reason,
      setTimeout(() => this.release(reason), ms),
    );
  }

  release(reason: Reason): void {
    clearTimeout(this.#reasons.get(reason));
    if (this.#reasons.delete(reason)) this.#notify();
  }

  releaseAll(): void {
    for (const reason of [...this.#reasons.keys()]) this.release(reason);
  }

  /** Notes what a conversation's row waits for; undefined: nothing any more. */
  note(id: string, change: 'removal' | 'move' | undefined): void {
    if (change) this.#waiting.set(id, change);
    else if (!this.#waiting.delete(id)) return;
    this.#notify();
  }

  /** Has the lists reloaded later. */
  postponeReload(): void {
    this.#needsReload = true;
    this.#notify();
  }

  /** What waited, which the caller now shows. */
  take(): { ids: string[]; reload: boolean } {
    const taken = { ids: [...this.#waiting.keys()], reload: this.#needsReload };
    this.#waiting.clear();
    this.#needsReload = false;
    this.#notify();
    return taken;
  }

  /** The ids that would be removed now, and whether something waits although nothing holds the list. */
  get hasDue(): boolean {
    if (this.isStill) return false;
    return this.#needsReload || [...this.#waiting].some(([id, kind]) => kind === 'move' || !this.isKept(id));
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  #notify(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** The hold of the list on this page; there is one list at a time. */
export const listHold = new ListHold();
