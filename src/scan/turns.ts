/** The work that all threads share. Each thread takes the next batch when it has finished one. */
export interface Shared {
  readonly handles: readonly number[];
  /**
   * Two 32-bit integers: the index in `handles` of the next conversation that no thread has taken, and the index from
   * which on threads wait.
   */
  readonly cursor: SharedArrayBuffer;
}

/** Conversations in a batch. */
const BATCH = 16;
const NEXT = 0;
const LIMIT = 1;

/** Some conversations that one thread judges. `at`: the index of the first one. */
export interface Batch {
  readonly at: number;
  readonly handles: readonly number[];
}

/** `ahead`: batches that threads may take before the oldest one is passed on; without it, all of them. */
export function newShared(handles: readonly number[], ahead?: number): Shared {
  const cursor = new SharedArrayBuffer(8);
  Atomics.store(new Int32Array(cursor), LIMIT, ahead === undefined ? handles.length : ahead * BATCH);
  return { handles, cursor };
}

/** The next batch; null after the last one. */
export function takeBatch({ handles, cursor }: Shared): Batch | null {
  const at = Atomics.add(new Int32Array(cursor), NEXT, BATCH);
  return at < handles.length ? { at, handles: handles.slice(at, at + BATCH) } : null;
}

/** Blocks this thread until the batch is near enough to the oldest one that is not passed on yet. */
export function waitFor({ at }: Batch, { cursor }: Shared): void {
  const numbers = new Int32Array(cursor);
  for (let limit = Atomics.load(numbers, LIMIT); at >= limit; limit = Atomics.load(numbers, LIMIT))
    Atomics.wait(numbers, LIMIT, limit);
}

/** Passes the results of batches on, one at a time and in the order of the batches. */
export class Turns<Result> {
  readonly #shared: Shared;
  readonly #take: (result: Result, size: number) => Promise<void>;
  readonly #waiting = new Map<number, { readonly result: Result; readonly size: number }>();
  #oldest = 0;
  #passing: Promise<void> = Promise.resolve();
  #isPassing = false;
  #wake: (() => void) | null = null;
  #failure: { readonly error: unknown } | null = null;

  constructor(shared: Shared, take: (result: Result, size: number) => Promise<void>) {
    this.#shared = shared;
    this.#take = take;
  }

  /** Adds the result of a batch. `size`: its conversations. */
  put(at: number, size: number, result: Result): void {
    this.#waiting.set(at, { result, size });
    if (this.#isPassing) return;
    this.#isPassing = true;
    this.#passing = this.#pass();
  }

  /** Settles when every result whose turn it is was passed on. @throws what the receiver throws */
  async settled(): Promise<void> {
    while (this.#isPassing) await this.#passing;
    if (this.#failure) throw this.#failure.error;
  }

  /** Settles when the batch may be judged, or when the work is over, which `wake` tells. */
  async room({ at }: Batch, isOver: () => boolean): Promise<void> {
    for (await this.settled(); at >= this.#limit() && !isOver(); await this.settled())
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
  }

  /** Lets `room` settle: the work ends. */
  wake(): void {
    this.#wake?.();
    this.#wake = null;
  }

  #limit(): number {
    return Atomics.load(new Int32Array(this.#shared.cursor), LIMIT);
  }

  async #pass(): Promise<void> {
    try {
      for (;;) {
        const next = this.#waiting.get(this.#oldest);
        if (!next) return;
        this.#waiting.delete(this.#oldest);
        await this.#take(next.result, next.size);
        this.#oldest += BATCH;
        const numbers = new Int32Array(this.#shared.cursor);
        Atomics.add(numbers, LIMIT, BATCH);
        Atomics.notify(numbers, LIMIT);
        this.wake();
      }
    } catch (error) {
      this.#failure = { error };
      this.wake();
    } finally {
      this.#isPassing = false;
    }
  }
}
