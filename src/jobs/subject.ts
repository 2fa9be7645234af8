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
import { formatPercent, type Progress } from "../report/index.ts";
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
  const opened = await openedCase(subject, context);
  const { case_ } = opened;
  const { warn } = sayOnce(context.progress);
  for (const { message } of caseWarnings(case_, await wasmBackend()))
    warn(`${case_.id}: ${message}`);
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
  { store, zoo, folder, progress, signal, hub: settings }: PrepareContext,
): Promise<FittingModel> {
  const hub = { settings, progress, signal };
  const isShapeGiven = caseSource?.shape !== undefined;
  const request = { case_, isShapeGiven, store, zoo, folder, advice, hub };
  const model = await findModel(source, request);
  const { origin, remarks } = model;
  const { note, warn } = sayOnce(progress);
  const id = case_?.id ?? "";
  for (const remark of remarks) warn(`${id} ${model.storedName}: ${remark}`.trimStart());
  if (source.kind === "siit" && origin.kind === "zoo") {
    note(`${id}  model: ${model.storedName}, as none has been trained here`);
  }
  const isFoundHere = source.kind === "siit" || source.kind === "natural";
  if (!isFoundHere || origin.kind !== "trained") return model;
  note(`${id}  model: ${pathBelow(origin.folder, folder)}`);
  const poor = poorAccuracies(origin.folder).map(([text, x]) => `${text} ${formatPercent(x)}`);
  if (source.kind === "siit" && poor.length > 0) {
    warn(`${id}: the model is not trained well (${poor.join(", ")}), it may not have the circuit`);
  }
  return model;
}

const said = new WeakMap<Progress, Set<string>>();

/** Notes and warnings that are told once, however many jobs come to them. */
function sayOnce(progress: Progress): Pick<Progress, "note" | "warn"> {
  const told = said.get(progress) ?? new Set();
  said.set(progress, told);
  const once = (tell: (text: string) => void) => (text: string) => {
    if (told.has(text)) return;
    told.add(text);
    tell(text);
  };
  return { note: once(progress.note), warn: once(progress.warn) };
}
