import {
  type Case,
  compiledIfAny,
  getCase,
  type HighLevelModel,
  highLevelModel,
} from "../../src/cases/index.ts";
import type { Circuit } from "../../src/circuit/index.ts";
import { type Backend, wasmBackend } from "../../src/engine/index.ts";
import { InterpBenchError } from "../../src/errors/index.ts";
import type { CompiledProgram } from "../../src/tracr/index.ts";
import type { TrainingState } from "../../src/training/index.ts";
import type { Transformer } from "../../src/transformer/index.ts";

/** The build of the kernels that pages run: it gives the same bits in every browser. */
export const VARIANT = "simd";

/** What a program is called that is written in a page, on the command line, too. */
export const PROGRAM_FILE = "program.mjs";

/** A model that the engine holds. */
export interface HeldModel {
  readonly name: string;
  readonly case_: Case | undefined;
  readonly transformer: Transformer;
  /** The circuit it has, at head granularity, if anybody knows. */
  readonly truth: Circuit | undefined;
}

/** What the engine keeps between calls. */
export interface EngineState {
  backend(): Promise<Backend>;
  /** What the program of a case compiles to; `undefined` if it has none. */
  compiled(id: string): CompiledProgram | undefined;
  /** The same as a transformer. `E_CASE` for a case without a program. */
  highLevel(id: string): HighLevelModel;
  readonly models: Map<string, HeldModel>;
  /** Where trainings in this page stand, by the name of their model. */
  readonly trainings: Map<string, TrainingState>;
  /** A case of the catalogue, or one that was written in the page. `E_CASE` if there is none. */
  caseOf(id: string): Case;
  /** Takes in a case that was written in the page, in place of the one before and its models. */
  write(case_: Case): void;
  /** What the command line calls a case: its id, or a file. */
  wordOf(case_: Case): string;
}

/** A state that makes everything when it is first asked for. */
export function openState(): EngineState {
  let backend: Promise<Backend> | undefined;
  let written: Case | undefined;
  const caseOf = (id: string) => (written?.id === id ? written : getCase(id));
  const compiled = memoize((id: string) => compiledIfAny(caseOf(id)));
  const highLevel = memoize((id: string) => highLevelModel(caseOf(id), compiled.of(id)));
  const models = new Map<string, HeldModel>();
  const trainings = new Map<string, TrainingState>();
  return {
    backend: () => {
      backend ??= wasmBackend({ variant: VARIANT });
      return backend;
    },
    compiled: compiled.of,
    highLevel: highLevel.of,
    models,
    trainings,
    caseOf,
    write: (case_) => {
      const former = written;
      written = case_;
      for (const memory of [compiled, highLevel]) memory.forget(case_.id);
      for (const [name, model] of models) {
        if (former === undefined || model.case_ !== former) continue;
        models.delete(name);
        trainings.delete(name);
      }
    },
    wordOf: (case_) => (case_ === written ? PROGRAM_FILE : case_.id),
  };
}

function memoize<T>(make: (id: string) => T) {
  const made = new Map<string, T>();
  return {
    of: (id: string): T => {
      if (!made.has(id)) made.set(id, make(id));
      return made.get(id) as T;
    },
    forget: (id: string) => made.delete(id),
  };
}

/** The model of a name. `E_MODEL` if nobody loaded one. */
export function heldModel({ models }: EngineState, name: string): HeldModel {
  const found = models.get(name);
  if (found !== undefined) return found;
  throw new InterpBenchError("E_MODEL", `there is no model called "${name}" in this page`, {
    expected: [...models.keys()].join(", ") || "a model that was loaded before",
  });
}
