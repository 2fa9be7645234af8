import { z } from "zod";
import { asUsage, flag, waitAsUsage } from "../../flags/index.ts";
import {
  contestantsOf,
  type JobKind,
  jobKinds,
  leaderboardRuns,
  leaderboardText,
  type PluginAlgorithm,
  PROTOCOLS,
  type PrintedLeaderboard,
  pluginKind,
  protocolOf,
  runLeaderboard,
} from "../../jobs/index.ts";
import { MODEL_KINDS, parseModel } from "../../models/index.ts";
import { seedsFrom } from "../../rng/index.ts";
import { type Command, type Context, defineCommand } from "../command.ts";
import { makeOfRuns } from "../many-runs.ts";
import { modelAdvice } from "../models/advice.ts";
import { selectSubjects } from "../models/subjects.ts";
import { caseOptions } from "../options/cases.ts";
import { discoveryFlags } from "../options/discovery.ts";
import { engineOf, workOptions } from "../options/engine.ts";
import { pluginOptions } from "../options/plugins.ts";

const group = "Leaderboard";
const names = PROTOCOLS.map(({ name }) => name) as [string, ...string[]];

const options = z.object({
  algorithms: flag(
    z.array(z.string()).optional(),
    "Algorithms, with options as in eap:integratedGradSteps=10, or all",
    { group, placeholder: "NAME,…", defaultText: "all of the protocol" },
  ),
  models: flag(
    z.string().default("zoo"),
    `Which model of each case: ${MODEL_KINDS.join(", ")}, or a folder with the model of one`,
    { group, placeholder: "MODEL", aliases: ["--model"] },
  ),
  seeds: flag(z.int().min(1).max(1000).default(3), "Runs of each algorithm on each case", {
    group,
    unit: "seeds, from --seed on",
  }),
  protocol: flag(z.enum(names).default(names[0]), "How runs are made and judged", { group }),
  dataSize: discoveryFlags.dataSize,
  indices: caseOptions.indices,
  ...pluginOptions,
  ...workOptions,
});

type Choice = z.output<typeof options>;

/** `leaderboard`: algorithms on cases, compared; those of plugins among them. */
const leaderboardCommand = (plugins: readonly PluginAlgorithm[]): Command =>
  defineCommand({
    path: ["leaderboard"],
    summary: "Run algorithms on cases with several seeds, and compare how they rank the true edges",
    description: [
      "Each run is a result of its own, made once: what is finished in the output folder is used again, and an interrupted leaderboard goes on. A run that fails is a cell with its reason.",
      "The folder holds leaderboard.md, .tex, .csv and .parquet, and figures as SVG and for Vega-Lite; docs/leaderboard.md says what the numbers mean.",
      ...PROTOCOLS.map(({ name, summary }) => `Protocol ${name}: ${summary}`),
    ].join("\n\n"),
    options,
    examples: [
      {
        command: "leaderboard -i 3,4,7 --algorithms acdc,eap,exact,random --models tracr",
        summary: "Four algorithms on three compiled models",
      },
      { command: "leaderboard --json", summary: "Everything on the zoo, as one document" },
    ],
    isForeign: plugins.length > 0,
    withPlugins: leaderboardCommand,
    run: (context, choice) => runCommand(context, choice, plugins),
  });

export const leaderboard = leaderboardCommand([]);

async function runCommand(context: Context, choice: Choice, plugins: readonly PluginAlgorithm[]) {
  const { seeds, seed, dataSize, outputDir } = choice;
  const model = asUsage(() => parseModel(choice.models, context.io.cwd, "--models"));
  const protocol = protocolOf(choice.protocol);
  const own = plugins.map(({ algorithm }) => algorithm);
  const contestants = await waitAsUsage(() => contestantsOf(protocol, choice.algorithms, own));
  const ownKinds = plugins.map(pluginKind);
  const isOwn = ({ name }: JobKind) => ownKinds.some((kind) => kind.name === name);
  const kinds = [...jobKinds.filter((kind) => !isOwn(kind)), ...ownKinds];
  const indices = choice.indices ?? protocol.cases;
  const cases = await selectSubjects(context, model, { indices });
  const request = {
    protocol: protocol.name,
    cases: cases.map((selected) => ({
      id: selected.case_.id,
      source: selected.source,
      advice: modelAdvice(context.io, model, selected, outputDir),
    })),
    contestants,
    model,
    seeds: asUsage(() => seedsFrom(seed, seeds)),
    dataSize,
  };
  const engine = engineOf(choice);
  return makeOfRuns(context, choice, {
    kind: "leaderboard",
    kinds,
    runs: leaderboardRuns(request, engine),
    make: (jobs, options) => runLeaderboard(request, jobs, { ...options, engine }),
    text: (document, style) => leaderboardText(document as unknown as PrintedLeaderboard, style),
  });
}
