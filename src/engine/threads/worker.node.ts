/** How a thread gets the kernels: the addon on the shared memory, or a WebAssembly instance. */
export type KernelSource =
  | { readonly kind: "native"; readonly path: string; readonly base: number }
  | {
      readonly kind: "wasm";
      readonly module: WebAssembly.Module;
      readonly memory: WebAssembly.Memory;
      /** Top of the thread's own stack, in bytes. */
      readonly stackPointer: number;
    };

/** What a thread is started with. */
export interface WorkerData {
  readonly control: SharedArrayBuffer;
  readonly source: KernelSource;
  /** Its number, from 1; the main thread is 0. */
  readonly thread: number;
  readonly words: Readonly<Record<string, number>>;
}

/**
 * A thread's whole life: wait for a job, take chunks until there are none, wait again.
 *
 * It is sent to the thread as text, so it must not use anything from outside itself.
 */
export function serveChunks(): void {
  const { workerData } = process.getBuiltinModule("node:worker_threads");
  const { control, source, thread, words: at } = workerData as WorkerData;
  const words = new Int32Array(control);

  const nativeKernels = (path: string, base: number) => {
    const addon = { exports: {} as { runChunk(...places: number[]): void } };
    process.dlopen(addon, path);
    return (job: number, chunk: number) => addon.exports.runChunk(base, job, chunk, thread);
  };
  const wasmKernels = (wasm: Extract<KernelSource, { kind: "wasm" }>) => {
    const instance = new WebAssembly.Instance(wasm.module, { env: { memory: wasm.memory } });
    const stack = instance.exports.__stack_pointer as WebAssembly.Global;
    stack.value = wasm.stackPointer;
    const run = instance.exports.run_chunk as (...places: number[]) => void;
    return (job: number, chunk: number) => run(0, job, chunk, thread);
  };
  const runChunk =
    source.kind === "native" ? nativeKernels(source.path, source.base) : wasmKernels(source);

  const takeChunks = (): void => {
    const job = words[at.JOB!]!;
    const chunks = words[at.CHUNKS!]!;
    for (;;) {
      const chunk = Atomics.add(words, at.NEXT!, 1);
      if (chunk >= chunks) return;
      runChunk(job, chunk);
      Atomics.add(words, at.DONE!, 1);
      Atomics.notify(words, at.DONE!);
    }
  };

  let seen = 0;
  for (;;) {
    // Jobs follow each other closely: look for a moment before going to sleep.
    for (let i = 0; i < 2000 && Atomics.load(words, at.GENERATION!) === seen; i++);
    Atomics.wait(words, at.GENERATION!, seen);
    seen = Atomics.load(words, at.GENERATION!);
    Atomics.add(words, at.RUNNING!, 1);
    if (Atomics.load(words, at.OPEN!) === 1) takeChunks();
    Atomics.sub(words, at.RUNNING!, 1);
    Atomics.notify(words, at.RUNNING!);
  }
}
