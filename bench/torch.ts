import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Contestant } from "./interleave.ts";

/** PyTorch in a process of its own, which works when it is asked to. */
export interface TorchPeer {
  readonly version: string;
  /** What a request asks for; its slices are empty once the process has ended. */
  contestant(request: object): Contestant;
  /** What a request comes to, done once; `undefined` once the process has ended. */
  resultOf<Result>(request: object): Promise<Result | undefined>;
  /** Why the process ended before it was closed, if it did. */
  failure(): string | undefined;
  close(): void;
}

/** What to say of PyTorch under a table. */
export function torchNotes(torch: TorchPeer | TorchMissing): string[] {
  if ("missing" in torch) {
    return [
      `PyTorch was skipped: ${torchPython()} has none (${torch.missing}). Set INTERPBENCH_PYTHON to a Python that has torch.`,
    ];
  }
  const failure = torch.failure();
  const version = `PyTorch ${torch.version}, in turns with the others.`;
  return failure === undefined ? [version] : [version, `PyTorch ended early: ${failure}.`];
}

/** A Python with torch is not there, and why. */
export interface TorchMissing {
  readonly missing: string;
}

/** The Python that is asked for torch: `INTERPBENCH_PYTHON`, else `python3`. */
export function torchPython(env: NodeJS.ProcessEnv = process.env): string {
  return env.INTERPBENCH_PYTHON || "python3";
}

/**
 * The peer's environment. The number of threads is also told to OpenBLAS, which does not listen to
 * torch. `OPENBLAS_CORETYPE` and `OPENBLAS_L2_SIZE` are left out: they replace what OpenBLAS finds
 * out about the processor, and a peer is to be timed as it runs by itself. Threads that wait sleep
 * instead of spinning, unless `OMP_WAIT_POLICY` says otherwise: spinning disturbs the others' turns,
 * and where the cores are shared it delays the peer itself many times over.
 */
function peerEnvironment(threads: number): NodeJS.ProcessEnv {
  const { OPENBLAS_CORETYPE, OPENBLAS_L2_SIZE, ...env } = process.env;
  const count = String(threads);
  return {
    OMP_WAIT_POLICY: "passive",
    ...env,
    OMP_NUM_THREADS: count,
    OPENBLAS_NUM_THREADS: count,
    MKL_NUM_THREADS: count,
  };
}

/** What a process wrote to standard error last, once it has ended; how it ended, if nothing. */
async function lastWords(python: string, child: ChildProcess): Promise<string> {
  let text = "";
  child.stderr?.setEncoding("utf8").on("data", (part: string) => {
    text = (text + part).slice(-4096);
  });
  return new Promise((resolve) => {
    child.on("error", ({ message }) => resolve(message));
    child.on("close", (code, signal) =>
      resolve(text.trim().split("\n").at(-1) || `${python} ended with ${signal ?? code}`),
    );
  });
}

/** A script of `peers/`: what PyTorch is to do. */
export type PeerScript = "torch_step" | "torch_discovery";

/**
 * Starts PyTorch on so many threads. Requests and answers are lines of JSON, see the script.
 */
export async function openTorch(
  script: PeerScript,
  threads: number,
  python = torchPython(),
): Promise<TorchPeer | TorchMissing> {
  const path = fileURLToPath(new URL(`peers/${script}.py`, import.meta.url));
  const child = spawn(python, [path, String(threads)], { env: peerEnvironment(threads) });
  child.stdin.on("error", () => {});
  const ended = lastWords(python, child);
  let failure: string | undefined;
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const answer = async <T>(): Promise<T | undefined> => {
    const { value, done } = await lines.next();
    return done ? undefined : (JSON.parse(value) as T);
  };
  const greeting = await answer<{ torch: string }>();
  if (greeting === undefined) return { missing: await ended };
  const ask = async <T>(request: object): Promise<T | undefined> => {
    child.stdin.write(`${JSON.stringify(request)}\n`);
    const given = await answer<T>();
    if (given === undefined) failure = await ended;
    return given;
  };
  return {
    version: greeting.torch,
    contestant: (request) => ({
      name: "torch",
      slice: async (seconds) =>
        (await ask<{ times: number[] }>({ ...request, seconds }))?.times ?? [],
    }),
    resultOf: async <T>(request: object) =>
      (await ask<{ result: T }>({ ...request, seconds: 0 }))?.result,
    failure: () => failure,
    close: () => child.stdin.end(),
  };
}
