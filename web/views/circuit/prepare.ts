import type { Subject } from "../contract.ts";
import { nextTask } from "../in-turn.ts";
import { circuitFacts, factsInSteps } from "./facts.ts";
import { layoutInSteps } from "./layout.ts";

const prepared = new WeakMap<Subject, Promise<void>>();

/**
 * Makes known what views of a subject begin with, its facts and where its circuit is drawn: in tasks of some ten
 * milliseconds each at 32,491 edges. Rejects where the result does not fit the model, of which the circuit says so.
 */
export function prepareSubject(subject: Subject): Promise<void> {
  const before = prepared.get(subject);
  if (before !== undefined) return before;
  const made = prepare(subject);
  prepared.set(subject, made);
  return made;
}

async function prepare(subject: Subject): Promise<void> {
  for (const _ of factsInSteps(subject)) await nextTask();
  for (const _ of layoutInSteps(circuitFacts(subject), "merged")) await nextTask();
}
