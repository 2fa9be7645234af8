import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { circuitTexts } from "../../circuit/index.ts";
import { InterpBenchError, reasonOf, truncate } from "../../errors/index.ts";
import { decodeContent } from "../../formats/index.ts";
import { readWithin } from "../../store/index.ts";
import { countParameters } from "../../transformer/index.ts";
import { MODEL_FILES, readModel, readTruth } from "../files.ts";
import { fittingCases } from "../fit.ts";
import type { ModelContent } from "../identity.ts";
import { contentOfPublished, publishedFiles } from "../published.ts";
import { caseOfFolder } from "../result-file.ts";
import { type FileRow, type Inspection, inspectContent } from "./inspection.ts";

/** So many bytes of a file are read. */
const MOST_BYTES = 2 ** 31 - 1;

/** Longest list of names in an error. */
const LONGEST_LIST = 200;

/** The document of a result folder without a model. */
const RESULT = "result.json";

/**
 * What a file or a folder holds: a model, weights, a configuration, a circuit, a result, prompts.
 * Everything is read as the rest of the package reads it, and nothing is executed.
 *
 * `E_FILE` for what is not there, cannot be read, or is of no kind that this package knows; what the
 * reader of the format refuses.
 */
export function inspect(path: string): Inspection {
  if (isFolder(path)) return inspectFolder(path);
  return inspectContent(decodeContent(bytesOf(path), path));
}

function inspectFolder(folder: string): Inspection {
  const published = publishedFiles(folder);
  const isOurs = existsSync(join(folder, MODEL_FILES.weights));
  if (published === undefined && !isOurs) return inspectResult(folder);
  const {
    transformer,
    truth,
    remarks = [],
  } = published === undefined
    ? ownContent(folder)
    : contentOfPublished(folder, published, undefined);
  return {
    kind: "model",
    format: published === undefined ? "interpbench" : "published",
    case: caseOfFolder(folder) ?? null,
    fits: fittingCases(transformer.config),
    files: filesOf(folder),
    config: transformer.config,
    parameters: countParameters(transformer.config),
    circuit: truth === undefined ? null : circuitTexts(truth),
    remarks,
  };
}

function ownContent(folder: string): Pick<ModelContent, "transformer" | "truth" | "remarks"> {
  const transformer = readModel(folder);
  return { transformer, truth: readTruth(folder, transformer) };
}

/** A folder that some job has made is what its document says; one with a single folder is that one. */
function inspectResult(folder: string): Inspection {
  if (existsSync(join(folder, RESULT))) return inspect(join(folder, RESULT));
  const names = readdirSync(folder).sort();
  const [only] = names;
  if (names.length === 1 && isFolder(join(folder, only!)))
    return inspectFolder(join(folder, only!));
  throw new InterpBenchError("E_FILE", "the folder holds neither a model nor a result", {
    at: folder,
    expected: `${MODEL_FILES.weights}, ll_model.pth or ${RESULT}`,
    received: names.length === 0 ? "nothing" : truncate(names.join(", "), LONGEST_LIST),
    hint: "Files and folders can be inspected one by one.",
  });
}

function filesOf(folder: string): FileRow[] {
  return readdirSync(folder)
    .sort()
    .map((name) => ({ name, stats: statSync(join(folder, name), { throwIfNoEntry: false }) }))
    .filter(({ stats }) => stats?.isFile() === true)
    .map(({ name, stats }) => ({ name, bytes: stats!.size }));
}

function isFolder(path: string): boolean {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats !== undefined) return stats.isDirectory();
  throw new InterpBenchError("E_FILE", "there is no such file or folder", { at: path });
}

function bytesOf(path: string): Uint8Array {
  try {
    return readWithin(path, MOST_BYTES);
  } catch (cause) {
    throw new InterpBenchError("E_FILE", "the file cannot be read", {
      at: path,
      received: reasonOf(cause),
      cause,
    });
  }
}
