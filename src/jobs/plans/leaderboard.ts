import { z } from "zod";
import { OWN, zooCaveats } from "../../models/index.ts";
import { type Artifact, contentOf } from "../../store/index.ts";
import { defineKind } from "../kind.ts";
import { factsOfRun, type GroupingFacts } from "../leaderboard/grouping-facts.ts";
import { protocolOf } from "../leaderboard/protocols.ts";
import { type AskedRun, assertAsAsked } from "./as-asked.ts";
import { foundRun } from "./found-run.ts";
import { type LeaderboardCell, leaderboardDocument } from "./leaderboard-document.ts";
import { writeLeaderboard } from "./leaderboard-files.ts";

const contestant = z.strictObject({
  name: z.string().min(1),
  algorithm: z.string().min(1),
  params: z.record(z.string(), z.unknown()),
});

const run = z.strictObject({
  case: z.string().min(1),
  contestant: z.string().min(1),
  seed: z.int().min(0),
  outcome: z.union([
    /** What the store calls the result. */
    z.strictObject({
      result: z.string().min(1),
      /** And that of its score, where the protocol has one of its own. */
      score: z.string().min(1).optional(),
    }),
    z.strictObject({ code: z.string(), reason: z.string() }),
  ]),
});

const config = z.strictObject({
  protocol: z.string(),
  /** What the model of all runs is called; names the folder. */
  model: z.string().min(1),
  dataSize: z.int().min(1),
  contestants: z.array(contestant).min(1),
  runs: z.array(run).min(1),
});

type Config = z.output<typeof config>;

/**
 * Standings of runs that are done, those that failed among them with their reason. A result that was not made as
 * the protocol says (another algorithm, other options, data or seed) is refused: `E_PLAN`.
 */
export const leaderboardKind = defineKind({
  name: "leaderboard",
  title: "leaderboard",
  usesEngine: false,
  config,
  async prepare({ config: asked }, { store, zoo }) {
    const protocol = protocolOf(asked.protocol);
    const parents: string[] = [];
    const contents: string[] = [];
    const caveats = new Map<string, readonly string[]>();
    const facts = new Map<string, GroupingFacts>();
    const cells: LeaderboardCell[] = [];
    for (const one of asked.runs) {
      const { case: id, contestant: algorithm, seed, outcome } = one;
      if (!("result" in outcome)) {
        cells.push({ case: id, algorithm, seed, outcome });
        continue;
      }
      const artifact = store.read(outcome.result);
      await assertAsAsked(artifact, askedRun(one, asked), "the leaderboard");
      const score = outcome.score === undefined ? undefined : store.read(outcome.score);
      for (const read of score === undefined ? [artifact] : [artifact, score]) {
        parents.push(store.nameOf(read));
        contents.push(contentOf(read));
      }
      const known = caveats.get(id) ?? zooCaveats(modelOf(artifact), zoo);
      if (known.length > 0) caveats.set(id, known);
      if (!facts.has(id)) facts.set(id, factsOfRun(id, artifact, zoo));
      const found = await foundRun(artifact, score);
      cells.push({ case: id, algorithm, seed, outcome: { found } });
    }
    const { model, dataSize } = asked;
    const cases = [...facts.values()];
    const runs = asked.runs.map(({ outcome, ...one }) =>
      "result" in outcome ? one : { ...one, outcome },
    );
    return {
      case: model.replace(/[^\w.-]+/g, "-").replace(/^[.-]+/, "") || OWN,
      config: { ...asked, runs, contents, cases, caveats: Object.fromEntries(caveats) },
      parents,
      run: async ({ draft }) => {
        const document = leaderboardDocument(protocol, { model, dataSize }, cells, cases, caveats);
        await writeLeaderboard(draft, document);
        return document;
      },
    };
  },
});

/** What of a result of `run …` says which model it is about. */
interface RunConfig {
  readonly model: { readonly sha256: string };
}

const modelOf = ({ provenance }: Artifact): string => (provenance.config as RunConfig).model.sha256;

/** How a run is to be made. */
function askedRun(
  { contestant: name, case: id, seed }: Config["runs"][number],
  { contestants, dataSize, protocol }: Config,
): AskedRun {
  // Nobody of that name is nobody's result.
  const { algorithm = "", params = {} } = contestants.find((one) => one.name === name) ?? {};
  const { corruption } = protocolOf(protocol);
  return { case: id, algorithm, params, dataSize, corruption, seed };
}
