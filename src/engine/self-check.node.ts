import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { formatError } from "../errors/index.ts";
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
  wasmBackend,
} from "./index.ts";
import { hasNativeKernels } from "./native/host.node.ts";
import { addonPath } from "./native/location.node.ts";
import { nativeBackend } from "./open.node.ts";

/** A way to get a backend. */
export interface BackendEntry {
  readonly name: "native" | "wasm" | "reference";
  /** What it is, and where it comes from. */
  readonly about: string;
  /** What keeps it from loading here, if that is no fault: it was never built. */
  readonly absent?: string | undefined;
  open(): Backend | Promise<Backend>;
}

/** The backends in the order in which `auto` takes them; only the last always loads. */
export async function backendEntries(): Promise<readonly BackendEntry[]> {
  const variant = await wasmVariant();
  return [
    {
      name: "native",
      about: `C kernels compiled for this machine, ${addonPath()}`,
      absent: hasNativeKernels() ? undefined : nativeAbsence(dirname(dirname(addonPath()))),
      open: nativeBackend,
    },
    {
      name: "wasm",
      about: `the same kernels in WebAssembly, ${variant === "relaxed" ? "relaxed SIMD" : "SIMD"}`,
      open: () => wasmBackend({ variant }),
    },
    { name: "reference", about: "plain TypeScript in float64: slow", open: referenceBackend },
  ];
}

/** Why there are no native kernels, and what can be done about it in the package of this folder. */
export function nativeAbsence(folder: string): string {
  return existsSync(join(folder, "tools/build-native.ts"))
    ? "not built: npm run build:native"
    : "not in the installed package, only made in a checkout of the sources";
}

/** The variant that `wasm` runs here. */
async function wasmVariant(): Promise<"relaxed" | "simd"> {
  try {
    (await wasmBackend({ variant: "relaxed" })).dispose();
    return "relaxed";
  } catch {
    return "simd";
  }
}

/** Whether a backend computes what the reference does. */
export interface BackendCheck {
  readonly name: BackendEntry["name"];
  readonly about: string;
  /** `undefined` if it is not there to be checked. */
  readonly works: boolean | undefined;
  /** The largest |a − b| / (1 + |b|) of an output or gradient; `undefined` if it does not load. */
  readonly largestError: number | undefined;
  /** Why it does not work, or is not there. */
  readonly message: string | undefined;
}

/** The largest error that float32 arithmetic explains in the test program, with a margin of 10. */
const TOLERANCE = 1e-5;

/** Runs a small program, forward and backward, and compares it with the reference backend. */
export async function checkBackend(entry: BackendEntry): Promise<BackendCheck> {
  const { name, about, absent } = entry;
  const found = { name, about };
  if (absent !== undefined) {
    return { ...found, works: undefined, largestError: undefined, message: absent };
  }
  try {
    const expected = runTestProgram(referenceBackend());
    const actual = runTestProgram(await entry.open());
    const largestError = Math.max(
      ...expected.map(
        (value, i) => Math.abs(value - (actual[i] ?? Number.NaN)) / (1 + Math.abs(value)),
      ),
    );
    const works = largestError <= TOLERANCE;
    return { ...found, works, largestError, message: works ? undefined : "wrong results" };
  } catch (error) {
    return { ...found, works: false, largestError: undefined, message: formatError(error) };
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
