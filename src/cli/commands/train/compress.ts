import {
  compressionColumns,
  compressionText,
  type EngineChoice,
  type JsonDocument,
} from "../../../jobs/index.ts";
import { selectCases } from "../../cases/selection.ts";
import type { CommandOutput, Context } from "../../command.ts";
import { type JobSettings, runJobs } from "../../jobs.ts";
import type { CaseSelection } from "../../options/cases.ts";
import { outputWords } from "../../options/common.ts";
import { type CompressionChoice, chosenCompression } from "../../options/compression.ts";
import { engineOf } from "../../options/engine.ts";
import { typedCommand } from "../../typed.ts";
import { shownProgram } from "./on-cases.ts";

/** What is chosen for a compression besides the options of the way to compress. */
export interface CompressChoice
  extends CaseSelection,
    JobSettings,
    EngineChoice,
    CompressionChoice {
  readonly threads: number;
  readonly seed: number;
}

/** Compresses the compiled transformer of each of the chosen cases. */
export async function compressCases(
  context: Context,
  choice: CompressChoice,
  kind: string,
  options: Readonly<Record<string, unknown>>,
): Promise<CommandOutput> {
  const cases = await selectCases(context, choice);
  const recipe = chosenCompression(choice);
  const jobs = cases.map((selected) => {
    const plan = {
      kind,
      subject: { case: selected.source },
      config: { recipe, seed: choice.seed, options },
      engine: engineOf(choice),
    };
    return { case: selected.case_.id, plan, shown: shownProgram(selected) };
  });
  return runJobs(context, choice, {
    kind,
    jobs,
    text: (document, style) => {
      const words = ["eval", "iit", "-i", caseOf(document), "--model", String(document.folder)];
      const next = typedCommand(context.io, [...words, ...outputWords(choice)]);
      return compressionText(document, next, style);
    },
    columns: compressionColumns,
  });
}

const caseOf = (document: JsonDocument) => String(document.program ?? document.case);
