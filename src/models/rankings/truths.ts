import { statSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { z } from "zod";
import type { Case } from "../../cases/index.ts";
import {
  type Circuit,
  circuitFromTexts,
  circuitTexts,
  fullGraph,
  type GraphShape,
  graphCircuit,
  headCircuit,
} from "../../circuit/index.ts";
import { InterpBenchError, unknownNameError } from "../../errors/index.ts";
import { checkSchema, type FileContent } from "../../formats/index.ts";
import type { Store } from "../../store/index.ts";
import type { FoundModel } from "../found.ts";
import { fittingOtherTruths, noTruthError } from "../truth.ts";
import { circuitTextsSchema } from "./given-ranking.ts";
import { distinctNames } from "./names.ts";
import { readContent } from "./read-ranking.ts";

/** A truth to score against: one that is known by name, or a circuit of one's own. */
export const truthChoiceSchema = z.union([
  z.string().min(1),
  circuitTextsSchema.extend({ name: z.string().min(1) }),
]);

/** A {@link truthChoiceSchema} as it is read. */
export type TruthChoice = z.output<typeof truthChoiceSchema>;

/** What a model was built or trained to have, and what it was found to use. */
const CONSTRUCTED = "constructed";
const EFFECTIVE = "effective";

/** What a folder with a truth is looked through for. */
const FILES = ["circuit.json", "audit.json", "result.json"] as const;

const audit = z.looseObject({ effectiveTruth: circuitTextsSchema.loose() });

/** The circuit that a file says is true: a circuit file, or the effective truth of an audit. */
export function readTruthFile(path: string, at: string): TruthChoice {
  const content = readContent(path, at, FILES);
  const { nodes, edges } = truthOfContent(content, at);
  return { name: basename(path), nodes: [...nodes], edges: edges.map(([from, to]) => [from, to]) };
}

/**
 * The truths that words mean, each once: those of files that are there, by the names of these, or by the words where
 * several have one name; what is no file is a name.
 *
 * @param words paths, relative ones from the folder on, and names
 */
export function readTruths(words: readonly string[], folder: string): TruthChoice[] {
  const asked = [...new Set(words)].map((word) => {
    const path = resolve(folder, word);
    const isThere = statSync(path, { throwIfNoEntry: false }) !== undefined;
    return { word, truth: isThere ? readTruthFile(path, word) : word };
  });
  const names = distinctNames(
    asked.map(({ word, truth }) => ({ word, name: typeof truth === "string" ? word : truth.name })),
  );
  return asked.map(({ truth }, i) =>
    typeof truth === "string" ? truth : { ...truth, name: names[i]! },
  );
}

function truthOfContent(content: FileContent, at: string) {
  if (content.kind === "circuit") return circuitTexts(content.circuit.circuit);
  const settings = content.kind === "settings" ? content.settings : undefined;
  const document = content.kind === "document" ? content.document : settings;
  if (document !== undefined && "effectiveTruth" in document) {
    return checkSchema(audit, document, "E_FILE", at).effectiveTruth;
  }
  throw new InterpBenchError("E_FILE", "the file holds no truth", {
    at,
    expected: "a circuit file, or the result of an audit",
    received: content.kind === "document" ? `a result of ${content.name}` : content.kind,
  });
}

/** What is known of a model when truths are looked for. */
export interface TruthRequest {
  readonly shape: GraphShape;
  /** Absent where only a ranking is known. */
  readonly model: FoundModel | undefined;
  readonly case_: Case | undefined;
  readonly store: Store;
  /** The truth that a result says its model has, for where there is no model. */
  readonly told?: Circuit | undefined;
}

/**
 * The truths that are chosen, by name; all that are known where none is. `E_CIRCUIT` for names of none or of two, for
 * circuits of another graph, and where no truth is known.
 */
export function chosenTruths(
  choices: readonly TruthChoice[] | undefined,
  request: TruthRequest,
): ReadonlyMap<string, Circuit> {
  const known = knownTruths(request);
  const chosen = choices?.map((choice): readonly [string, Circuit] => {
    if (typeof choice !== "string") {
      return [choice.name, circuitFromTexts(choice.edges, choice.nodes)];
    }
    const found = known.get(choice);
    if (found !== undefined) return [choice, found];
    throw unknownNameError("E_CIRCUIT", "truth of this model", choice, known.keys());
  });
  const truths = chosen === undefined ? known : new Map(chosen);
  const twice = chosen?.find(([name], i) => chosen.findIndex(([other]) => other === name) < i);
  if (twice !== undefined) {
    throw new InterpBenchError("E_CIRCUIT", "two truths have one name", { received: twice[0] });
  }
  if (truths.size === 0) {
    throw noTruthError(
      request.model?.storedName ?? "no model",
      "a model of a case, or a truth in a file",
    );
  }
  for (const [name, circuit] of truths) assertWithin(name, circuit, request.shape);
  return truths;
}

function knownTruths({ model, case_, store, told }: TruthRequest): ReadonlyMap<string, Circuit> {
  const constructed = model?.truth ?? told;
  const effective = model && effectiveTruth(model, case_, store);
  return new Map([
    ...(constructed === undefined ? [] : [[CONSTRUCTED, constructed] as const]),
    ...(effective === undefined ? [] : [[EFFECTIVE, effective] as const]),
    ...(model === undefined ? [] : fittingOtherTruths(case_, model.transformer.config)),
  ]);
}

/** The effective truth of a model's audit: of the zoo's own, or of the newest that was made here. */
function effectiveTruth(
  { origin, sha256 }: FoundModel,
  case_: Case | undefined,
  store: Store,
): Circuit | undefined {
  if (origin.kind === "zoo") {
    const path = join(origin.folder, "audit.json");
    return ofTexts(truthOfContent(readContent(path, path), path));
  }
  if (case_ === undefined) return undefined;
  const made = store
    .list({ kind: "audit", case: case_.id })
    .findLast(({ provenance }) => modelOf(provenance.config) === sha256);
  return made && ofTexts(checkSchema(audit, made.result, "E_ARTIFACT", made.folder).effectiveTruth);
}

const ofTexts = ({ edges, nodes }: ReturnType<typeof truthOfContent>) =>
  circuitFromTexts(edges, nodes);

const modelOf = (config: object): unknown =>
  (config as { readonly model?: { readonly sha256?: unknown } }).model?.sha256;

/** Throws `E_CIRCUIT` for a truth with edges that neither the heads and MLPs nor the graph of a shape have. */
function assertWithin(name: string, { edges }: Circuit, shape: GraphShape): void {
  const levels = [headCircuit(shape), graphCircuit(fullGraph(shape))];
  const isWithin = levels.some((whole) => [...edges.keys()].every((text) => whole.edges.has(text)));
  if (isWithin) return;
  const whole = levels[0]!;
  throw new InterpBenchError("E_CIRCUIT", `the truth "${name}" is of another model`, {
    expected: `edges of a transformer of ${shape.nLayers} layers with ${shape.nHeads} heads`,
    received: [...edges.keys()].find((text) => !whole.edges.has(text)),
  });
}
