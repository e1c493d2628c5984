import type { Piscina } from 'piscina';
import { loadLater } from './load-later.ts';

const library = loadLater<typeof import('piscina')>('piscina');

/** Worker threads for work that would block the event loop, with bounded memory and a deadline. */
export type WorkerPool<Task, Result> = {
  /**
   * Runs a task when a thread is free. `skip` is called then: a result it returns is used instead of
   * running the task. Rejects with what the task threw, or with an error that `exceededLimits` recognises.
   */
  run(task: Task, options?: { skip?: () => Result | undefined }): Promise<Result>;
  /** Ends all threads; what is running rejects. */
  close(): Promise<void>;
};

/** How long a thread may take to start before its task fails. */
const startTimeoutMs = 60_000;
/** A second thread, so that one task that hangs does not delay all others. */
const threads = 2;
/**
 * How long a task runs before the next is run beside it (ms). Two threads compile the same code and keep the same modules,
 * so short tasks take turns in one.
 */
const patienceMs = 50;

/**
 * Opens a pool over the function that `filename` (a file URL) exports as `name`. Threads start on demand, and end
 * when idle for `idleTimeoutMs` (never if it is infinite).
 */
export function openWorkerPool<Task, Result>(options: {
  filename: string;
  name: string;
  deadlineMs: number;
  memoryMb: number;
  idleTimeoutMs: number;
}): WorkerPool<Task, Result> {
  const { filename, name, deadlineMs, memoryMb, idleTimeoutMs } = options;
  const inTurn = takeTurns();
  const ready = new Set<unknown>();
  let running = 0;
  let opened: Piscina<Task, Result> | null = null;
  let isClosed = false;
  const open = () => {
    const { Piscina } = library();
    const pool = new Piscina<Task, Result>({
      filename,
      name,
      minThreads: 0,
      maxThreads: threads,
      idleTimeout: idleTimeoutMs,
      resourceLimits: { maxOldGenerationSizeMb: memoryMb },
      // Nobody reads its figures, for which each pool keeps 0.7 MB.
      recordTiming: false,
    });
    pool.on('workerCreate', (worker) => ready.add(worker));
    pool.on('workerDestroy', (worker) => ready.delete(worker));
    return pool;
  };

  /** The deadline begins when a thread has loaded its modules, which a busy machine may take seconds for. */
  async function runWithDeadline(task: Task, onBegin: () => void): Promise<Result> {
    if (isClosed) throw new Error('The pool is closed');
    opened ??= open();
    const pool = opened;
    running += 1;
    const deadline = new AbortController();
    const result = pool.run(task, { signal: deadline.signal });
    let timer = setTimeout(() => deadline.abort(), startTimeoutMs);
    const beginDeadline = () => {
      if (ready.size < running) return;
      pool.off('workerCreate', beginDeadline);
      clearTimeout(timer);
      timer = setTimeout(() => deadline.abort(), deadlineMs);
      onBegin();
    };
    pool.on('workerCreate', beginDeadline);
    beginDeadline();
    try {
      return await result;
    } finally {
      running -= 1;
      clearTimeout(timer);
      pool.off('workerCreate', beginDeadline);
    }
  }
  return {
    // Piscina has no deadline that starts with the thread, so tasks wait here and not in its queue.
    run: (task, { skip } = {}) =>
      inTurn(async (onBegin) => skip?.() ?? (await runWithDeadline(task, onBegin))),
    async close() {
      isClosed = true;
      await opened?.destroy();
    },
  };
}

export function exceededDeadline(error: unknown): boolean {
  return (error as Error).name === 'AbortError';
}

/** Whether a task was ended because it took more time or memory than it may. */
export function exceededLimits(error: unknown): boolean {
  return exceededDeadline(error) || (error as { code?: string }).code === 'ERR_WORKER_OUT_OF_MEMORY';
}

/** Calls `onBegin` when its time begins to count. */
type Turn<Result> = (onBegin: () => void) => Promise<Result>;

/** Runs tasks in turn, and beside one that takes longer than `patienceMs` the next, at most `threads` at once. */
function takeTurns(): <Result>(task: Turn<Result>) => Promise<Result> {
  const waiting: Array<() => void> = [];
  /** Until when each task that is running has the others wait. */
  const running = new Map<symbol, number>();
  let timer: NodeJS.Timeout | undefined;
  const startWaiting = () => {
    clearTimeout(timer);
    while (waiting.length > 0 && running.size < threads) {
      const wait = Math.max(0, ...running.values()) - performance.now();
      if (running.size > 0 && wait > 0) {
        if (Number.isFinite(wait)) timer = setTimeout(startWaiting, wait);
        return;
      }
      waiting.shift()!();
    }
  };
  return async (task) => {
    const own = Symbol('task');
    await new Promise<void>((resolve) => {
      waiting.push(() => {
        running.set(own, Number.POSITIVE_INFINITY);
        resolve();
      });
      startWaiting();
    });
    try {
      return await task(() => {
        running.set(own, performance.now() + patienceMs);
        startWaiting();
      });
    } finally {
      running.delete(own);
      startWaiting();
    }
  };
}
