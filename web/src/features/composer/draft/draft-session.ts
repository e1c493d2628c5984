import { v4 as uuid } from 'uuid';
import type { Draft, DraftAttachment, ProblemError } from '../../../api/client.ts';
import type { DraftApi } from './draft-api.ts';
import {
  contentOf,
  type DraftContent,
  type DraftKind,
  type DraftState,
  emptyContent,
  isEmptyHtml,
  isSameContent,
} from './draft-content.ts';
import { readStoredDraft, writeStoredDraft } from './stored-draft.ts';

/** Time without an edit before a save, in milliseconds. */
const saveDelayMs = 700;
const retryDelayMs = 4_000;

export type DraftSnapshot = {
  /** null until the draft is loaded. */
  state: DraftState | null;
  /** The version another window saved, where this window has unsaved edits based on an older one. */
  conflict: Draft | null;
  notice: 'deleted' | null;
  problem: ProblemError | null;
};

/**
 * One draft open in one window. It saves itself on the server after each pause, and in this browser until the
 * server has it. It never overwrites what another window saved in between: that is a `conflict`, which the
 * user resolves.
 */
export class DraftSession {
  readonly #api: DraftApi;
  readonly #storageKey: string;
  readonly #kind: DraftKind;
  readonly #listeners = new Set<() => void>();
  #snapshot: DraftSnapshot = { state: null, conflict: null, notice: null, problem: null };
  #dirty = false;
  #closed = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running: Promise<boolean> = Promise.resolve(true);

  constructor(api: DraftApi, storageKey: string, kind: DraftKind) {
    this.#api = api;
    this.#storageKey = storageKey;
    this.#kind = kind;
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
  getSnapshot = (): DraftSnapshot => this.#snapshot;

  get state(): DraftState | null {
    return this.#snapshot.state;
  }
  get dirty(): boolean {
    return this.#dirty;
  }
  get closed(): boolean {
    return this.#closed;
  }

  /** Loads the draft from the server and from this browser; `initialize` completes its content. */
  async load(
    newId: string,
    initialize: (content: DraftContent) => DraftContent,
    signal: AbortSignal,
  ): Promise<void> {
    const serverDraft = await this.#api.fetch().catch((problem: ProblemError) => {
      this.#set({ problem });
      return undefined;
    });
    if (signal.aborted) return;
    const stored = readStoredDraft(this.#storageKey);
    const content = initialize(serverDraft ? contentOf(serverDraft) : (stored?.content ?? emptyContent));
    this.#set({
      state: {
        // The request that creates it may have left this browser already, under the stored id.
        id: serverDraft?.id ?? (stored?.version === 0 ? stored.id : newId),
        version: 0,
        content,
        attachments: [],
        forwarded: null,
        savedAt: null,
        status: 'saved',
        cardNumbers: 0,
        revision: 0,
      },
    });
    if (serverDraft) this.#applyServerDraft({ ...serverDraft, ...content });
    if (!stored || !this.#hasContent(stored.content)) return;
    if (serverDraft && (stored.id !== serverDraft.id || stored.version !== serverDraft.version)) {
      if (isSameContent(stored.content, contentOf(serverDraft))) writeStoredDraft(this.#storageKey, null);
      else {
        this.#update({ content: stored.content });
        this.#set({ conflict: serverDraft });
      }
      return;
    }
    this.#update({ content: stored.content, revision: (this.state?.revision ?? 0) + 1 });
    this.#dirty = true;
    this.#scheduleSave(0);
  }

  edit = (changes: Partial<DraftContent>): void => {
    const before = this.state;
    if (!before || this.#closed) return;
    const content = { ...before.content, ...changes };
    if (isSameContent(content, before.content)) return;
    this.#update({ content });
    // A draft that has only the proposed recipients is not saved.
    if (!this.#hasContent(content) && before.version === 0) return;
    this.#dirty = true;
    const { instanceId } = this.#api;
    writeStoredDraft(this.#storageKey, { id: before.id, version: before.version, content, instanceId });
    this.#scheduleSave(saveDelayMs);
  };

  /** Saves unsaved edits, after the save in progress; true where the server has everything. */
  save = (): Promise<boolean> => {
    clearTimeout(this.#timer);
    this.#running = this.#running.then(() => (this.#dirty ? this.#saveNow() : true));
    return this.#running;
  };

  /** Saves, also an empty draft, so that something can refer to it; null where that failed. */
  ensureSaved = async (): Promise<DraftState | null> => {
    if (this.state?.version === 0) this.#dirty = true;
    return (await this.save()) ? this.state : null;
  };

  setAttachments = (change: (before: DraftAttachment[]) => DraftAttachment[]): void =>
    this.#update({ attachments: change(this.state?.attachments ?? []) });

  /** Shows what another window of the user saved, unless this one has unsaved edits. */
  receive = (drafts: Draft[]): void => {
    const local = this.state;
    const other = drafts.find(({ id }) => id === local?.id);
    if (!local || !other || this.#dirty || local.status !== 'saved' || this.#closed) return;
    if (other.version > local.version) this.#applyServerDraft(other);
    else if (other.version === local.version && other.attachments.length !== local.attachments.length)
      this.#update({ attachments: other.attachments });
  };

  /** Keeps this window's content of a conflict, or takes the other window's. */
  resolve = (choice: 'mine' | 'theirs'): void => {
    const { conflict } = this.#snapshot;
    if (!conflict) return;
    this.#set({ conflict: null });
    if (choice === 'theirs') {
      this.#dirty = false;
      writeStoredDraft(this.#storageKey, null);
      this.#applyServerDraft(conflict);
    } else {
      this.#dirty = true;
      this.#update({ id: conflict.id, version: conflict.version, attachments: conflict.attachments });
      this.#scheduleSave(0);
    }
  };

  /** Stops saving: what this browser keeps of the draft is saved by what sends it later. */
  leave = (): void => {
    this.#closed = true;
    this.#dirty = false;
    clearTimeout(this.#timer);
  };

  /** Stops saving: the draft was sent. */
  done = (): void => {
    this.#close();
    this.#api.invalidateLists();
  };

  /** Stops saving, and deletes the draft. Throws a ProblemError if the server keeps it. */
  discard = async (): Promise<void> => {
    const { id, version } = this.state ?? { id: '', version: 0 };
    this.#close();
    await this.#running;
    if (version === 0 && this.state?.version === 0) return;
    await this.#api.delete(id).finally(() => this.#api.invalidateLists());
  };

  #close(): void {
    this.leave();
    writeStoredDraft(this.#storageKey, null);
  }

  #hasContent({ html, to, subject }: DraftContent): boolean {
    return !isEmptyHtml(html) || (this.#kind === 'new' && to.length + subject.length > 0);
  }

  async #saveNow(): Promise<boolean> {
    const before = this.state;
    if (!before || this.#snapshot.conflict) return false;
    this.#dirty = false;
    this.#update({ status: 'saving' });
    try {
      const { draft, cardNumbers } = await this.#api.save(before);
      this.#update({
        version: draft.version,
        savedAt: new Date(draft.changedAt),
        status: 'saved',
        cardNumbers,
      });
      this.#set({ problem: null });
      if (!this.#dirty) writeStoredDraft(this.#storageKey, null);
      return true;
    } catch (error) {
      this.#dirty = true;
      this.#update({ status: 'local' });
      await this.#handleSaveError(error as ProblemError);
      return false;
    }
  }

  async #handleSaveError(problem: ProblemError): Promise<void> {
    if (problem.code === 'draft-conflict') {
      const conflict = await this.#api.fetch().catch(() => undefined);
      if (conflict && this.state && isSameContent(contentOf(conflict), this.state.content)) {
        // The same content, from a page that was closed while it saved.
        this.#dirty = false;
        writeStoredDraft(this.#storageKey, null);
        this.#applyServerDraft(conflict);
      } else if (conflict) this.#set({ conflict });
    } else if (problem.code === 'no-such-draft') {
      this.#set({ notice: 'deleted' });
      this.#update({ id: uuid(), version: 0, attachments: [] });
      this.#scheduleSave(0);
    } else if (problem.status === 0 || problem.status >= 500) this.#scheduleSave(retryDelayMs);
    else this.#set({ problem });
  }

  #applyServerDraft(draft: Draft): void {
    this.#update({
      id: draft.id,
      version: draft.version,
      content: contentOf(draft),
      attachments: draft.attachments,
      forwarded: draft.forwarded,
      savedAt: new Date(draft.changedAt),
      status: 'saved',
      cardNumbers: 0,
      revision: (this.state?.revision ?? 0) + 1,
    });
  }

  #scheduleSave(delayMs: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.save(), delayMs);
  }

  #update(change: Partial<DraftState>): void {
    if (this.state) this.#set({ state: { ...this.state, ...change } });
  }

  #set(change: Partial<DraftSnapshot>): void {
    this.#snapshot = { ...this.#snapshot, ...change };
    for (const listener of this.#listeners) listener();
  }
}
