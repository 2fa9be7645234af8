import type { Mount, Subject, SubjectProps } from "../views/contract.ts";
import { kindOf } from "../views/variables.ts";
import type { Views } from "./late-views.ts";

/** The names of views of a subject. */
type SubjectMount = {
  [Name in keyof Views]: Views[Name] extends Mount<SubjectProps> ? Name : never;
}[keyof Views];

/** A view in the pages of models and results: its title, what makes it, and whether it has something to show. */
export type SubjectView = readonly [
  title: string,
  mount: SubjectMount,
  fits: (subject: Subject) => boolean,
];

/** Heads of the largest model whose edges are judged one by one as soon as it is shown. */
const MOST_WALKED = 32;

const hasCase = ({ case: facts }: Subject) => facts !== undefined;

const isWalked = ({ case: facts, model: { config } }: Subject) =>
  facts !== undefined && config.nLayers * config.nHeads <= MOST_WALKED;

/** The views of a subject, in the order of the page. */
export const SUBJECT_VIEWS: readonly SubjectView[] = [
  [
    "Circuit",
    "mountCircuit",
    ({ model, result }) => model.truth !== undefined || result?.scores !== undefined,
  ],
  ["One input through the circuit", "mountFlow", hasCase],
  ["Node", "mountNode", hasCase],
  ["ACDC, edge by edge", "mountAcdc", isWalked],
  ["Gradients on their path", "mountPath", isWalked],
  ["Masks while they learn", "mountMasks", isWalked],
  ["Attention", "mountAttention", hasCase],
  ["Hands on", "mountPatch", hasCase],
  [
    "Which variable does it hold?",
    "mountGame",
    ({ case: facts, model }) =>
      facts !== undefined && facts.variables.length > 0 && kindOf(model, facts) === "trained",
  ],
  ["How it was trained", "mountHistory", ({ result }) => Array.isArray(result?.history)],
];
