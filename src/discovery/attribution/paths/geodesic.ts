import {
  abs,
  type Buffer,
  batchSum,
  compile,
  div,
  gradients,
  max,
  maximum,
  mul,
  type Operand,
  sampleInput,
  sizeOf,
  sqrt,
  square,
  sub,
  sum,
  type Tensor,
} from "../../../engine/index.ts";
import { prepareCapture, type Steps } from "../../../interventions/index.ts";
import { forwardFrom, hookShape, usedInputs } from "../../../transformer/index.ts";
import type { StepLength } from "../declarations.ts";
import type { AttributionPath, PathWork } from "../path.ts";

const EMBEDDINGS = "blocks.0.hook_resid_pre";
const POINT = "geodesic:point";

/** Keeps steps finite where the gradient is 0. */
const SMALLEST_NORM = 1e-12;

/**
 * The path on which the embeddings of each row go, in k steps, where the logits come closest to those of the
 * corrupted input: from the clean ones, `γ ← γ − s·∇/‖∇‖` with `∇ = ∂‖G(γ) − G(x′)‖²/∂γ`, G the logits at
 * all positions and norms over all positions and dimensions of a row. Gradients count at the ends of the
 * steps, 1/k each.
 */
export function geodesicPath(steps: number, length: StepLength): AttributionPath {
  return {
    key: "geodesic",
    hooks: ({ config, positions, own }) => ({
      [EMBEDDINGS]: () => own(POINT, hookShape(config, EMBEDDINGS, positions)),
    }),
    differencesFrom: "clean",
    runs: Array.from({ length: steps }, () => ({ scalars: {}, weight: 1 / steps })),
    *prepare(work) {
      const { start, move } = yield* prepareSteps(work, steps, length);
      let point = start;
      return function* () {
        point = yield* move(point);
        return { [POINT]: point };
      };
    },
  };
}

const norm = (x: Tensor): Tensor => sqrt(sum(square(x)));

/** `x/‖x‖`, or less where the norm is below {@link SMALLEST_NORM}; no square is too large for a float. */
function directionOf(x: Tensor): Tensor {
  const largest = maximum(max(abs(x)), SMALLEST_NORM);
  const scaled = div(x, largest);
  return div(scaled, maximum(norm(scaled), div(SMALLEST_NORM, largest)));
}

/** The clean embeddings, `[row, pos, dModel]`, and a function that makes a step from such a point. */
function* prepareSteps({ scope, task, weights }: PathWork, steps: number, length: StepLength) {
  const { transformer, rows, positions, cleanTokens, corruptedTokens } = task;
  const { config } = transformer;
  const everywhere = { ...task, outputPositions: "all" } as const;
  const capture = prepareCapture(scope, everywhere, weights, [EMBEDDINGS]);
  const clean = yield* capture(cleanTokens);
  const corrupted = yield* capture(corruptedTokens!);
  const shape = hookShape(config, EMBEDDINGS, positions);
  const [point, start, end] = [POINT, "start", "end"].map((name) => sampleInput(name, shape));
  const { logits } = forwardFrom(config, weights.tensors, EMBEDDINGS, point!);
  const distance = sum(square(sub(logits, sampleInput("wanted", logits.shape))));
  const [slope] = gradients(batchSum(distance), [point!]);
  const size: Operand = length === "unit" ? 1 : mul(norm(sub(start!, end!)), 1 / steps);
  const executable = scope.load(
    compile({ outputs: { next: sub(point!, mul(directionOf(slope!), size)) } }),
  );
  const [from, to] = [clean.at.get(EMBEDDINGS)!, corrupted.at.get(EMBEDDINGS)!];
  const shared = { ...weights.bindings, start: from, end: to, wanted: corrupted.logits };
  function* move(current: Buffer): Steps<Buffer> {
    const next = scope.buffer(rows * sizeOf(shape), { isFilled: false });
    const inputs = usedInputs(executable.program, { ...shared, [POINT]: current });
    yield* executable.runInSteps({ batch: rows, inputs, into: { next } });
    if (current !== from) scope.release(current);
    return next;
  }
  return { start: from, move };
}
