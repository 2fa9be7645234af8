// Train, discover, evaluate, with every result kept in a folder: node examples/experiment.mjs
import { jobContext, jobThreads, runGraph } from "interpbench/jobs";
import { FAST_RECIPE } from "interpbench/training";

// What is done again is found again; RESULTS names the folder.
const context = jobContext(process.env.RESULTS ?? "results");
const workers = jobThreads(context);

// A plan is data: what is to be done, to what, with which options.
const subject = { case: { id: "3" } };
const trained = { ...subject, model: { kind: "result", name: "train" } };
const outcomes = await runGraph(
  {
    train: { kind: "train-iit", subject, config: { recipe: { ...FAST_RECIPE, seed: 1234 } } },
    acdc: { kind: "run-acdc", subject: trained, config: { params: { threshold: 0.025 } } },
    eap: { kind: "run-eap", subject: trained, config: { params: { edgeCount: 4 } } },
    effects: { kind: "eval-iit", subject: trained, config: { maxPairs: 1024, maxLen: 64 } },
  },
  context,
  { workers },
);
await workers?.close();

for (const [name, outcome] of Object.entries(outcomes)) {
  if (outcome.kind === "failed") throw outcome.error;
  const { metrics, score, truth } = outcome.job.artifact.result;
  if (metrics !== undefined) console.log(name, "reaches 99.5 %:", metrics.accuracy >= 0.995);
  if (score !== undefined)
    console.log(name, "finds true edges:", score.edges.tp, "of", truth.edges.length);
}
