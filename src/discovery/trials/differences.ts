import { type Binding, type Buffer, compile, keptPrograms, sizeOf } from "../../engine/index.ts";
import type { Scope, Steps } from "../../interventions/index.ts";
import { usedInputs } from "../../transformer/index.ts";
import { sourceDifferences, type TrialGraph } from "./graph.ts";
import { OUTPUT_SHIFTS, outputShifts } from "./output.ts";

/**
 * In steps: what ablating each source changes of what it writes, and of the output, by the names of the sample
 * inputs. They are the same in all trials, which need not compute them.
 *
 * @param kind all that the graph depends on: see `createPrograms`
 */
export function* captureDifferences(
  scope: Scope,
  graph: TrialGraph,
  inputs: Readonly<Record<string, Binding>>,
  kind: string | undefined,
): Steps<Record<string, Buffer>> {
  const { rows } = graph.task;
  const program = keptPrograms.kept(
    kind && `differences ${kind}`,
    () => {
      const outputs = { ...sourceDifferences(graph), [OUTPUT_SHIFTS]: outputShifts(graph) };
      return compile<string>({ outputs });
    },
    ({ order }) => order.length,
  );
  const into = Object.fromEntries(
    Object.entries(program.outputs).map(([name, { shape }]) => [
      name,
      scope.buffer(rows * sizeOf(shape), { isFilled: false }),
    ]),
  );
  const executable = scope.load(program);
  yield* executable.runInSteps({ batch: rows, inputs: usedInputs(program, inputs), into });
  return into;
}
