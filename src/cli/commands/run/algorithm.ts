import { z } from "zod";
import { type Algorithm, allAlgorithms, maturityText } from "../../../discovery/index.ts";
import { UsageError } from "../../../flags/index.ts";
import type { Prompts, PromptTexts } from "../../../formats/index.ts";
import {
  discoveryColumns,
  discoveryKind,
  discoveryText,
  type Naming,
  type PrintedDiscovery,
} from "../../../jobs/index.ts";
import { isOneModel, type ModelSource, OWN } from "../../../models/index.ts";
import type { SelectedCase } from "../../cases/selection.ts";
import { type Command, type Context, defineCommand } from "../../command.ts";
import { runJobs } from "../../jobs.ts";
import { modelAdvice } from "../../models/advice.ts";
import { ownCase, selectSubjects, shownModel } from "../../models/subjects.ts";
import { caseOptions } from "../../options/cases.ts";
import {
  algorithmFlags,
  algorithmParams,
  discoveryFlags,
  flagOf,
  flagsByOutputs,
} from "../../options/discovery.ts";
import { engineOf, workOptions } from "../../options/engine.ts";
import { algorithmExamples } from "../../options/examples.ts";
import { chosenModel, modelOptions } from "../../options/model.ts";
import { retiredModelFlags } from "../../options/original.ts";
import { pluginOptions } from "../../options/plugins.ts";
import { assertSelection, selectionHelp, selectionOptions } from "../../options/selection.ts";
import { readPrompts } from "../../read-prompts.ts";

const shared = z.object({
  ...discoveryFlags,
  ...caseOptions,
  ...modelOptions,
  ...pluginOptions,
  ...workOptions,
});

type Choice = z.output<typeof shared>;

/** `run <algorithm>` for every registered algorithm. */
export const runCommands: readonly Command[] = allAlgorithms().map((one) => algorithmCommand(one));

/** The command `run <algorithm>`; of a plugin's algorithm, with the SHA-256 of its file. */
export function algorithmCommand(algorithm: Algorithm, pluginSha256?: string): Command {
  const { name, title, summary, reference, maturity, originalFlags = [] } = algorithm;
  return defineCommand({
    path: ["run", name],
    summary: summary.replace(/\.$/, ""),
    description: [
      `${title}${reference === undefined ? "" : `: ${reference.text}, ${reference.url}`}. Status: ${maturityText(maturity)}.`,
      ...selectionHelp(algorithm),
      "The circuit is compared with the truth at the granularity of heads and MLPs, and shown beside a random circuit of equal size, the full and the empty one. The folder holds circuit.json, circuit.svg and result.json.",
    ].join("\n\n"),
    options: () =>
      z.object({
        ...algorithmFlags(algorithm),
        ...selectionOptions(algorithm),
        ...shared.shape,
        ...flagsByOutputs(algorithm),
      }),
    retired: [...retiredModelFlags, ...originalFlags],
    examples: algorithmExamples(algorithm),
    isForeign: pluginSha256 !== undefined,
    run: (context, values) =>
      runAlgorithm(context, algorithm, values as unknown as Choice, pluginSha256),
  });
}

/** How texts about a discovery name what one can type. */
const NAMING: Naming = {
  option: flagOf,
  run: ({ name }) => `run ${name}`,
  algorithms: allAlgorithms(),
};

async function runAlgorithm(
  context: Context,
  algorithm: Algorithm,
  choice: Choice,
  pluginSha256: string | undefined,
) {
  const kind = `run-${algorithm.name}`;
  // Options that are missing or do not fit together are refused before anything is looked up.
  assertSelection(algorithm, { ...choice }, choice.data === undefined);
  algorithmParams(algorithm, { ...choice });
  const source = chosenModel(choice, context.io.cwd);
  assertDataHasModel(choice, source);
  const data = choice.data === undefined ? undefined : readPrompts(choice.data, context.io.cwd);
  const cases = await wantedCases(context, choice, source, data);
  const { outputDir, dataSize, corruption, seed, title } = choice;
  const jobs = cases.map((selected) => {
    const isCategorical = data?.categorical ?? selected?.case_.categorical;
    const params = algorithmParams(algorithm, { ...choice }, isCategorical);
    return {
      case: selected?.case_.id ?? OWN,
      plan: {
        kind,
        subject: {
          model: source,
          ...(data === undefined ? {} : { prompts: { file: choice.data!, content: data } }),
          ...(selected === undefined ? {} : { case: selected.source }),
          advice: modelAdvice(context.io, source, selected, outputDir),
        },
        config: {
          params,
          dataSize,
          ...(corruption === undefined ? {} : { corruption }),
          seed,
          ...(title === undefined ? {} : { title }),
        },
        engine: engineOf(choice),
      },
      shown: shownModel(source, undefined),
    };
  });
  return runJobs(context, choice, {
    kind,
    jobs,
    kinds: [discoveryKind(algorithm, pluginSha256)],
    text: (document, style) =>
      discoveryText(algorithm, document as unknown as PrintedDiscovery, NAMING, style),
    columns: discoveryColumns(algorithm),
  });
}

/** Throws `E_MODEL` (usage) for prompts of which nobody says whose they are. */
function assertDataHasModel({ data, indices }: Choice, source: ModelSource): void {
  if (data === undefined || indices !== undefined || isOneModel(source)) return;
  throw new UsageError("E_MODEL", "prompts need a model that they are for", {
    at: `--data ${data}`,
    expected: "--model FOLDER, a folder of the hub, or the case of a model with -i",
    received: "neither",
    hint: "Token ids mean something to one vocabulary only.",
  });
}

/** The cases to run on; `undefined` stands for a folder's model on the user's own prompts. */
async function wantedCases(
  context: Context,
  choice: Choice,
  source: ModelSource,
  data: Prompts | PromptTexts | undefined,
): Promise<readonly (SelectedCase | undefined)[]> {
  const isOwn = isOneModel(source) && choice.indices === undefined && data !== undefined;
  if (isOwn && ownCase(source) === undefined) return [undefined];
  return selectSubjects(context, source, choice);
}
