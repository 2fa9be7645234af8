import {
  add,
  compile,
  concat,
  type Executable,
  einsum,
  expandDims,
  sampleInput,
  scalar,
  sub,
  type Tensor,
  transpose,
} from "../../engine/index.ts";
import type { Readers } from "../../interventions/index.ts";
import {
  baseName,
  type ForwardOptions,
  forwardFrom,
  type Hook,
  type HookName,
  headAxis,
  hookShape,
  logitsNeeded,
  sourceName,
} from "../../transformer/index.ts";
import type { Subject } from "../subject.ts";
import type { Damage } from "./damage.ts";

/** The scalar that says which edges are cut: 1 for these, `[source, head]` or `[source]`. */
export const CUT = "cut";

/**
 * The run in which edges into one sublayer carry other values, from that sublayer on; all it reads was
 * computed before and is taken from the whole run. Into a head an edge is cut for query, key and value
 * together.
 *
 * Sample inputs: `base:<hook>` of the start and of the sources in the whole run, `source:<hook>` of the
 * sources with what cut edges carry. Scalars: {@link CUT}.
 */
export function loadCutRun(
  { model, task, backend, tensors }: Subject,
  { start, hooks, heads, sources, before }: Readers,
  read: (logits: Tensor) => Record<Damage, Tensor>,
): Executable<Damage> {
  const { config } = model;
  // The embeddings are a source, and the start of the first block as well: one input.
  const made = new Map<string, Tensor>();
  const at = (name: string, hook: HookName) => {
    const input = made.get(name) ?? sampleInput(name, hookShape(config, hook, task.positions));
    made.set(name, input);
    return input;
  };
  const differences = sources.map((hook) => {
    const moved = sub(at(sourceName(hook), hook), at(baseName(hook), hook));
    return headAxis(hook) === undefined ? expandDims(moved, 0) : transpose(moved, [1, 0, 2]);
  });
  const cut = scalar(CUT, heads === undefined ? [before] : [before, heads]);
  const spec = heads === undefined ? "s,spd->pd" : "sh,spd->phd";
  const shift = einsum(spec, cut, concat(differences, 0));
  const options: ForwardOptions = {
    hooks: new Map(hooks.map((hook): [HookName, Hook] => [hook, (input) => add(input, shift)])),
    logitsAt: logitsNeeded(task),
  };
  const stream = at(baseName(start), start);
  const { logits } = forwardFrom(config, tensors, start, stream, options);
  return backend.load(compile<Damage>({ outputs: read(logits) }));
}
