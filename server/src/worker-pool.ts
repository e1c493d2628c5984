import { Piscina } from 'piscina';

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
  const limit = limitConcurrency(threads);
  const ready = new Set<unknown>();
  pool.on('workerCreate', (worker) => ready.add(worker));
  pool.on('workerDestroy', (worker) => ready.delete(worker));
  let running = 0;

  /** The deadline begins when a thread has loaded its modules, which a busy machine may take seconds for. */
  async function runWithDeadline(task: Task): Promise<Result> {
    running += 1;
    const deadline = new AbortController();
    const result = pool.run(task, { signal: deadline.signal });
    let timer = setTimeout(() => deadline.abort(), startTimeoutMs);
    const beginDeadline = () => {
      if (ready.size < running) return;
      pool.off('workerCreate', beginDeadline);
      clearTimeout(timer);
      timer = setTimeout(() => deadline.abort(), deadlineMs);
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
    run: (task, { skip } = {}) => limit(async () => skip?.() ?? (await runWithDeadline(task))),
    close: () => pool.destroy(),
  };
}

export function exceededDeadline(error: unknown): boolean {
  return (error as Error).name === 'AbortError';
}

/** Whether a task was ended because it took more time or memory than it may. */
export function exceededLimits(error: unknown): boolean {
  return exceededDeadline(error) || (error as { code?: string }).code === 'ERR_WORKER_OUT_OF_MEMORY';
}

/** Runs at most `maxConcurrent` tasks at once; the others wait in order. */
function limitConcurrency(maxConcurrent: number): <Result>(task: () => Promise<Result>) => Promise<Result> {
  const waiting: Array<() => void> = [];
  let running = 0;
  return async (task) => {
    if (running >= maxConcurrent) await new Promise<void>((resolve) => waiting.push(resolve));
    else running += 1;
    try {
      return await task();
    } finally {
      // The next task takes over the place, so `running` stays as it is.
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  };
}
