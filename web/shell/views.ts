import type { Mount, Subject, SubjectProps } from "../views/contract.ts";
import { kindOf } from "../views/variables.ts";
import { late } from "./late-views.ts";

/** A view in the pages of models and results. */
export interface SubjectView {
  /** What it is called in addresses. */
  readonly id: string;
  readonly title: string;
  readonly mount: Mount<SubjectProps>;
  /** Whether it has something to show. */
  readonly fits: (subject: Subject) => boolean;
}

/** Heads of the largest model whose edges are judged one by one as soon as it is shown. */
const MOST_WALKED = 32;

/** The views of a subject, in the order of the page. */
export const SUBJECT_VIEWS: readonly SubjectView[] = [
  {
    id: "circuit",
    title: "Circuit",
    mount: late((views) => views.mountCircuit),
    fits: ({ model, result }) => model.truth !== undefined || result?.scores !== undefined,
  },
  {
    id: "node",
    title: "Node",
    mount: late((views) => views.mountNode),
    fits: (subject) => subject.case !== undefined,
  },
  {
    id: "acdc",
    title: "ACDC, edge by edge",
    mount: late((views) => views.mountAcdc),
    fits: ({ case: facts, model: { config } }) =>
      facts !== undefined && config.nLayers * config.nHeads <= MOST_WALKED,
  },
  {
    id: "attention",
    title: "Attention",
    mount: late((views) => views.mountAttention),
    fits: (subject) => subject.case !== undefined,
  },
  {
    id: "patch",
    title: "Hands on",
    mount: late((views) => views.mountPatch),
    fits: (subject) => subject.case !== undefined,
  },
  {
    id: "game",
    title: "Which variable does it hold?",
    mount: late((views) => views.mountGame),
    fits: ({ case: facts, model }) =>
      facts !== undefined && facts.variables.length > 0 && kindOf(model, facts) === "trained",
  },
  {
    id: "history",
    title: "How it was trained",
    mount: late((views) => views.mountHistory),
    fits: ({ result }) => Array.isArray(result?.history),
  },
];
