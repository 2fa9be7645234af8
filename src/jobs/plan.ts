import { z } from "zod";
import { BACKEND_CHOICES } from "../engine/index.node.ts";
import { unknownNameError } from "../errors/index.ts";
import {
  checkSchema,
  decodePromptFile,
  isRecord,
  type Prompts,
  type PromptTexts,
} from "../formats/index.ts";
import {
  type CaseSource,
  caseSourceSchema,
  type ModelAdvice,
  type ModelSource,
  modelAdviceSchema,
  modelSourceSchema,
} from "../models/index.ts";
import type { EngineChoice } from "./engine.ts";

/**
 * A piece of work as data: what is to be done, to what, with which options. A plan can be written down
 * as JSON, sent to a thread or another machine, and done there with the same result.
 */
export interface Plan {
  /** What is done: the name of a {@link JobKind}, such as `train-iit`. */
  readonly kind: string;
  readonly subject: Subject;
  /** The options of the kind; what is left out has its default. */
  readonly config?: Readonly<Record<string, unknown>>;
  /**
   * What it is made from: results, as the store names them (`train-iit/3/0123456789ab`), or names of
   * other plans of the same graph. Default none; a model that is a result counts by itself.
   */
  readonly parents?: readonly string[];
  /** What executes tensor programs, where the kind needs that. Default: the fastest, on all processors. */
  readonly engine?: EngineChoice;
}

/** What a plan is about. */
export interface Subject {
  /** Absent only for a model and prompts of one's own. */
  readonly case?: CaseSource;
  /** The transformer that is looked at; absent where it is the plan that makes one. */
  readonly model?: ModelSource;
  /** Prompts of one's own, which stand for the data of the case. */
  readonly prompts?: {
    /** What errors call them. */
    readonly file: string;
    readonly content: Prompts | PromptTexts;
  };
  /** What can be done where the model cannot be had, in the words of who made the plan. */
  readonly advice?: Partial<ModelAdvice>;
}

const name = z.string().min(1);

const planSchema = z.strictObject({
  kind: name,
  subject: z.strictObject({
    case: caseSourceSchema.optional(),
    model: modelSourceSchema.optional(),
    prompts: z
      .strictObject({ file: z.string(), content: z.looseObject({}) })
      .transform(({ file, content }) => ({
        file,
        content: decodePromptFile(JSON.stringify(content), file),
      }))
      .optional(),
    advice: modelAdviceSchema.optional(),
  }),
  config: z.record(z.string(), z.unknown()).optional(),
  parents: z.array(name).optional(),
  engine: z.strictObject({ backend: z.enum(BACKEND_CHOICES), threads: z.int().min(0) }).optional(),
});

/**
 * A plan that was read from JSON, checked; `at` is where it stands. `E_PLAN` for unknown keys and for
 * values that are none of a plan, and what {@link decodePromptFile} refuses. Whether its kind is known and
 * its options fit is found out by doing it.
 */
export function parsePlan(value: unknown, at: string): Plan {
  if (isRecord(value)) {
    const known = Object.keys(planSchema.shape);
    const unknown = Object.keys(value).find((key) => !known.includes(key));
    if (unknown !== undefined) throw unknownNameError("E_PLAN", "key", unknown, known, at);
  }
  return checkSchema(planSchema, value, "E_PLAN", at) as Plan;
}

/** The names that a plan says it is made from; its model's is one if that is a result. */
export function parentsOf({ parents = [], subject }: Plan): readonly string[] {
  const { model } = subject;
  const all = model?.kind === "result" ? [...parents, model.name] : parents;
  return [...new Set(all)];
}

/** The plan with other names for what it is made from. */
export function withParents(plan: Plan, nameOf: (name: string) => string): Plan {
  const { model } = plan.subject;
  return {
    ...plan,
    ...(plan.parents === undefined ? {} : { parents: plan.parents.map(nameOf) }),
    ...(model?.kind === "result"
      ? { subject: { ...plan.subject, model: { ...model, name: nameOf(model.name) } } }
      : {}),
  };
}

/** A plan without what only those say who made it. */
export function withoutAdvice({ subject: { advice: _, ...subject }, ...plan }: Plan): Plan {
  return { ...plan, subject };
}
