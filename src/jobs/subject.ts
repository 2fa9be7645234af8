import { type Case, caseWarnings } from "../cases/index.ts";
import { wasmBackend } from "../engine/index.ts";
import { InterpBenchError } from "../errors/index.ts";
import {
  type FittingModel,
  type FoundModel,
  findModel,
  type OpenedCase,
  poorAccuracies,
} from "../models/index.ts";
import { formatPercent } from "../report/index.ts";
import { pathBelow } from "./context.ts";
import type { PrepareContext } from "./kind.ts";
import type { Subject } from "./plan.ts";

/** The case of a plan. `E_PLAN` if it names none. */
export async function openedCase(
  { case: source }: Subject,
  { openCase, title }: PrepareContext,
): Promise<OpenedCase> {
  if (source === undefined) {
    throw new InterpBenchError("E_PLAN", `there is no case to ${title}`, {
      at: "subject.case",
      expected: 'the id of a case, such as { "id": "3" }, or a program file',
      received: "nothing",
    });
  }
  return openCase(source);
}

/**
 * The same, with a warning where the compiled transformer of the case disagrees with its program: work
 * on it builds on that.
 */
export async function subjectCase(subject: Subject, context: PrepareContext): Promise<OpenedCase> {
  const { title, progress } = context;
  const opened = await openedCase(subject, context);
  for (const { message } of caseWarnings(opened.case_, await wasmBackend())) {
    progress.warn(`${title} ${opened.case_.id}: ${message}`);
  }
  return opened;
}

/** The case and the model of a plan: see {@link subjectCase} and {@link subjectModel}. */
export async function subjectOfCase(
  subject: Subject,
  context: PrepareContext,
): Promise<{ readonly case_: Case; readonly model: FoundModel }> {
  const { case_: asked } = await subjectCase(subject, context);
  const { case_ = asked, ...model } = await subjectModel(subject, asked, context);
  return { case_, model };
}

/**
 * The model of a plan, and its case in the shape that the model has; one that had to be looked for is named, and what
 * speaks against it is a warning. `case_` is absent for a model that belongs to no case.
 */
export async function subjectModel(
  { model: source = { kind: "siit" }, case: caseSource, advice }: Subject,
  case_: Case | undefined,
  { store, zoo, folder, title, progress, signal, hub: settings }: PrepareContext,
): Promise<FittingModel> {
  const hub = { settings, progress, signal };
  const isShapeGiven = caseSource?.shape !== undefined;
  const request = { case_, isShapeGiven, store, zoo, folder, advice, hub };
  const model = await findModel(source, request);
  const { origin, remarks } = model;
  const name = `${title} ${case_?.id ?? ""}`.trimEnd();
  for (const remark of remarks) progress.warn(`${name}: ${remark}`);
  if (source.kind === "siit" && origin.kind === "zoo") {
    progress.note(`${name}  model: ${model.storedName}, as none has been trained here`);
  }
  const isFoundHere = source.kind === "siit" || source.kind === "natural";
  if (!isFoundHere || origin.kind !== "trained") return model;
  progress.note(`${name}  model: ${pathBelow(origin.folder, folder)}`);
  const poor = poorAccuracies(origin.folder).map(([text, x]) => `${text} ${formatPercent(x)}`);
  if (source.kind === "siit" && poor.length > 0) {
    progress.warn(
      `${name}: the model is not trained well (${poor.join(", ")}), it may not have the circuit`,
    );
  }
  return model;
}
