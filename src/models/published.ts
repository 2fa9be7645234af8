import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Case } from "../cases/index.ts";
import { circuitFromTexts, prepareForEvaluation } from "../circuit/index.ts";
import { InterpBenchError, reasonOf } from "../errors/index.ts";
import {
  configFromKeys,
  decodeConfigPickle,
  decodeEdgesPickle,
  decodeTorchWeights,
  isRecord,
  parseJson,
  weightsOf,
} from "../formats/index.ts";
import { makeTransformer } from "../transformer/index.ts";
import type { ModelContent } from "./identity.ts";
import { differenceText, fittingTruth, foreignEdge } from "./truth.ts";

/** The files of a published model; `edges` and `meta` may be missing. */
interface PublishedFiles {
  readonly weights: string;
  readonly config: string;
  readonly edges: string | undefined;
  readonly meta: string | undefined;
}

/**
 * The names of the files of a published InterpBench model in a folder: `ll_model.pth`,
 * `ll_model_cfg.pkl`, `edges.pkl`, `meta.json`, or, as older ones are called, with a suffix that all
 * share (`ll_model_510.pth`). `undefined` where there are no such weights. `E_MODEL` for weights without
 * a configuration, and where several models lie in one folder.
 */
export function publishedFiles(folder: string): PublishedFiles | undefined {
  const names = existsSync(folder) ? readdirSync(folder) : [];
  const suffixes = names.flatMap((name) => /^ll_model((?:_\w+)?)\.pth$/.exec(name)?.[1] ?? []);
  if (suffixes.length === 0) return undefined;
  const [suffix] = suffixes;
  const named = (stem: string, end: string) =>
    [`${stem}${suffix}${end}`, `${stem}${end}`].find((name) => names.includes(name));
  const config = named("ll_model_cfg", ".pkl");
  if (suffixes.length > 1 || config === undefined) {
    throw new InterpBenchError("E_MODEL", "the folder holds no single published model", {
      at: folder,
      expected: "ll_model.pth and ll_model_cfg.pkl, or both with one suffix",
      received: names.filter((name) => name.startsWith("ll_model")).join(", "),
    });
  }
  return {
    weights: `ll_model${suffix}.pth`,
    config,
    edges: named("edges", ".pkl"),
    meta: named("meta", ".json"),
  };
}

/**
 * What a folder with a published model holds. Its circuit is that of its `edges.pkl`, if there is one
 * and the transformer has its edges, or else that of the case it fits; where the two differ, that is a
 * remark.
 */
export function contentOfPublished(
  folder: string,
  files: PublishedFiles,
  case_: Case | undefined,
): ModelContent {
  const at = (name: string) => join(folder, name);
  const config = configFromKeys(
    decodeConfigPickle(readModelFile(at(files.config)), at(files.config)),
    at(files.config),
  );
  const arrays = decodeTorchWeights(readModelFile(at(files.weights)), at(files.weights));
  const transformer = makeTransformer(config, weightsOf(arrays, at(files.weights)));
  const meta = files.meta === undefined ? {} : parseJson(text(at(files.meta)), at(files.meta));
  const sameSize = isRecord(meta) && meta.same_size === true;
  const derived = case_ && fittingTruth(case_, config, sameSize ? { sameSize } : {});
  if (files.edges === undefined) return { transformer, truth: derived, sameSize };
  const own = prepareForEvaluation(
    circuitFromTexts(decodeEdgesPickle(readModelFile(at(files.edges)), at(files.edges))),
  );
  const foreign = foreignEdge(own, config);
  if (foreign !== undefined) {
    const instead = derived === undefined ? "no circuit is known" : "that of the case is taken";
    const remark = `${files.edges} is the circuit of another transformer (${foreign}): ${instead}`;
    return { transformer, truth: derived, sameSize, remarks: [remark] };
  }
  const difference =
    derived === undefined ? "" : differenceText([files.edges, own], ["the case", derived]);
  const remarks =
    difference === ""
      ? []
      : [`its own circuit, which is taken, differs from that of the case: ${difference}`];
  return { transformer, truth: own, sameSize, remarks };
}

const text = (path: string) => new TextDecoder().decode(readModelFile(path));

/** The bytes of a file of a model. `E_MODEL` if it cannot be read. */
export function readModelFile(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new InterpBenchError("E_MODEL", "a file of the model cannot be read", {
      at: path,
      received: reasonOf(cause),
      cause,
    });
  }
}
