import type { Backend, Run, Values } from "../engine/index.ts";
import { partSteps, type Steps } from "../interventions/index.ts";

/** Makes a run in steps which all tell the same share of the work that it is a part of. */
export function* runAt<O extends string>(
  backend: Backend,
  share: number,
  run: Run<O>,
): Steps<Record<O, Values>> {
  const [values] = yield* partSteps(backend.runInSteps([run]), share, share);
  return values;
}
