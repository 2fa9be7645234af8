import {
  type Backend,
  batchSum,
  compile,
  gelu,
  gradients,
  matmul,
  parameter,
  referenceBackend,
  sampleInput,
  square,
  sum,
  type Values,
} from "../engine/index.ts";
import { formatError, InterpBenchError } from "../errors/index.ts";

/** Names of `--backend`, but for `auto`. */
export type BackendName = "native" | "wasm" | "reference";

/** A way to get a backend. */
export interface BackendEntry {
  readonly name: BackendName;
  open(): Promise<Backend>;
}

/** The backends of this version, the fastest first; not all of them load on every machine. */
export const backends: readonly BackendEntry[] = [
  { name: "reference", open: async () => referenceBackend() },
];

/**
 * The backend that `--backend` asks for; `auto` is the fastest that loads here.
 * `E_BACKEND` if it does not load.
 */
export async function openBackend(name: BackendName | "auto"): Promise<Backend> {
  const wanted = backends.filter((entry) => name === "auto" || entry.name === name);
  const reasons: string[] = [];
  for (const entry of wanted) {
    try {
      return await entry.open();
    } catch (error) {
      reasons.push(formatError(error));
    }
  }
  throw new InterpBenchError("E_BACKEND", `the backend "${name}" does not load`, {
    received: reasons.join("; ") || "no such backend in this version",
    expected: `one of ${backends.map((entry) => entry.name).join(", ")}`,
    hint: 'See "interpbench doctor" for what works here.',
  });
}

/** Whether a backend computes what the reference does. */
export interface BackendCheck {
  readonly name: BackendName;
  readonly works: boolean;
  /** The largest |a − b| / (1 + |b|) of an output or gradient; `undefined` if it does not load. */
  readonly largestError: number | undefined;
  /** Why it does not work. */
  readonly message: string | undefined;
}

/** The largest error that float32 arithmetic explains in the test program, with a margin of 10. */
const TOLERANCE = 1e-5;

/** Runs a small program, forward and backward, and compares it with the reference backend. */
export async function checkBackend(entry: BackendEntry): Promise<BackendCheck> {
  const { name } = entry;
  try {
    const expected = runTestProgram(referenceBackend());
    const actual = runTestProgram(await entry.open());
    const largestError = Math.max(
      ...expected.map(
        (value, i) => Math.abs(value - (actual[i] ?? Number.NaN)) / (1 + Math.abs(value)),
      ),
    );
    const works = largestError <= TOLERANCE;
    return { name, works, largestError, message: works ? undefined : "wrong results" };
  } catch (error) {
    return { name, works: false, largestError: undefined, message: formatError(error) };
  }
}

/** Sum over a batch of |gelu(x·W)|², and its gradient with respect to W. */
function runTestProgram(backend: Backend): number[] {
  const batch = 33;
  const [rows, inner, columns] = [3, 5, 4];
  const x = sampleInput("x", [rows, inner]);
  const w = parameter("w", [inner, columns]);
  const loss = batchSum(sum(square(gelu(matmul(x, w)))));
  const [gradient] = gradients(loss, [w]);
  const executable = backend.load(compile({ outputs: { loss, gradient: gradient! } }));
  const outputs = executable.run({
    batch,
    inputs: { x: waves(batch * rows * inner), w: waves(inner * columns) },
  });
  backend.dispose();
  const flat = (values: Values | undefined) => Array.from(values ?? []);
  return [...flat(outputs.loss), ...flat(outputs.gradient)];
}

function waves(length: number): Float32Array {
  return Float32Array.from({ length }, (_, i) => Math.sin(1.7 * i + 0.3));
}
