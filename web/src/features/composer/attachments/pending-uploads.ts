/** The uploads of one draft that have not ended, and how many failed. */
export class PendingUploads {
  readonly #running = new Set<Promise<unknown>>();
  #failures = 0;

  get count(): number {
    return this.#running.size;
  }

  /** Counts an upload until it ends. It has failed if it rejects. */
  track(upload: Promise<unknown>): void {
    const ended = upload.catch(() => this.fail()).finally(() => this.#running.delete(ended));
    this.#running.add(ended);
  }

  /** Notes that a file did not become part of the draft. */
  fail(): void {
    this.#failures++;
  }

  /** Waits until no upload is running, also for those that begin meanwhile; false if one failed meanwhile. */
  async settled(): Promise<boolean> {
    const before = this.#failures;
    while (this.#running.size > 0) await Promise.all(this.#running);
    return this.#failures === before;
  }
}
