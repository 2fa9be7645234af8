import { parameter, sampleInput } from "./graph/inputs.ts";
import { compile, matmul } from "./index.ts";
import type { Backend } from "./program/backend.ts";
import { KERNELS_HASH } from "./wasm/kernels/hash.generated.ts";
import { hasRelaxedSimd } from "./wasm/modules.ts";

/** Which arithmetic a backend does: two backends with the same identity compute the same bits. */
export interface BackendIdentity {
  readonly name: Backend["name"];
  /**
   * `native`: `fused` or, where the processor has no fused multiply-add, `unfused`, and the hash of
   * the kernels. `wasm`: `relaxed` or `simd`, `-unfused` likewise, and that hash. `reference`: `float64`.
   */
  readonly variant: string;
}

/**
 * What tells the results of a backend from another's, for those that `openBackend` opens. The number
 * of threads is no part of it: results do not depend on that.
 */
export function identityOf(backend: Backend): BackendIdentity {
  return { name: backend.name, variant: VARIANTS[backend.name](backend) };
}

const VARIANTS: Readonly<Record<Backend["name"], (backend: Backend) => string>> = {
  native: (backend) => `${fusesMultiplyAdd(backend) ? "fused" : "unfused"}-${KERNELS_HASH}`,
  wasm: (backend) => {
    const build = hasRelaxedSimd() ? "relaxed" : "simd";
    const isSurprise = build === "relaxed" && !fusesMultiplyAdd(backend);
    return `${build}${isSurprise ? "-unfused" : ""}-${KERNELS_HASH}`;
  },
  reference: () => "float64",
};

/** Whether −(1 + 2δ) + (1 + δ)² is δ² = 2⁻²⁶ (one rounding) and not 0 (two). */
function fusesMultiplyAdd(backend: Backend): boolean {
  const [x, w] = [sampleInput("x", [1, 2]), parameter("w", [2, 1])];
  const executable = backend.load(compile({ outputs: { y: matmul(x, w) } }));
  const delta = 2 ** -13;
  const inputs = {
    x: Float32Array.of(-1, 1 + delta),
    w: Float32Array.of(1 + 2 * delta, 1 + delta),
  };
  const [y] = executable.run({ batch: 1, inputs }).y;
  executable.dispose();
  return y === delta ** 2;
}
