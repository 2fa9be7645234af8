import { type ModelAdvice, type ModelSource, weightsOfCode } from "../../models/index.ts";
import type { SelectedCase } from "../cases/selection.ts";
import type { Io } from "../io.ts";
import { outputWords } from "../options/common.ts";
import { weightsWords } from "../options/training.ts";
import { typedCommand } from "../typed.ts";

/** What can be done where the model of a source cannot be had, as commands and flags. */
export function modelAdvice(
  io: Pick<Io, "program">,
  source: ModelSource,
  selected: SelectedCase | undefined,
  outputDir: string,
): Partial<ModelAdvice> {
  return {
    ...(selected === undefined
      ? {}
      : { untrained: trainingAdvice(io, source, selected, outputDir) }),
    misfit: "Name the case the model was trained for with --indices, or bring your own --data.",
    incomplete: 'The commands "train iit" and "compile" make one.',
  };
}

/** The command that trains a model. */
function trainingAdvice(
  io: Pick<Io, "program">,
  source: ModelSource,
  { case_, word, shape }: SelectedCase,
  outputDir: string,
): string {
  const way = source.kind === "natural" ? "natural" : "iit";
  const shaped = shape === undefined ? [] : ["--shape", shape];
  const words = ["train", way, "-i", word, ...shaped, ...weightsWordsOf(source)];
  const command = typedCommand(io, [...words, ...outputWords({ outputDir })]);
  const other = case_.kind === "rasp" ? ", or take the compiled one with --tracr" : "";
  return `Train it with "${command}"${other}.`;
}

/** The loss weights that `train iit` needs to make the model. */
function weightsWordsOf(source: ModelSource): string[] {
  if (source.kind !== "siit" || source.weights === undefined) return [];
  return weightsWords(weightsOfCode(source.weights));
}
