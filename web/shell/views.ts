import type { Mount, Subject, SubjectProps } from "../views/contract.ts";
import { kindOf } from "../views/variables.ts";
import { late } from "./late-views.ts";

/** A view in the pages of models and results. */
export interface SubjectView {
  readonly title: string;
  readonly mount: Mount<SubjectProps>;
  /** Whether it has something to show. */
  readonly fits: (subject: Subject) => boolean;
}

/** Heads of the largest model whose edges are judged one by one as soon as it is shown. */
const MOST_WALKED = 32;

const hasCase = ({ case: facts }: Subject) => facts !== undefined;

const isWalked = (subject: Subject) => {
  const { config } = subject.model;
  return hasCase(subject) && config.nLayers * config.nHeads <= MOST_WALKED;
};

/** The views of a subject, in the order of the page. */
export const SUBJECT_VIEWS: readonly SubjectView[] = [
  {
    title: "Circuit",
    mount: late((views) => views.mountCircuit),
    fits: ({ model, result }) => model.truth !== undefined || result?.scores !== undefined,
  },
  {
    title: "Node",
    mount: late((views) => views.mountNode),
    fits: hasCase,
  },
  {
    title: "ACDC, edge by edge",
    mount: late((views) => views.mountAcdc),
    fits: isWalked,
  },
  {
    title: "Gradients on their path",
    mount: late((views) => views.mountPath),
    fits: isWalked,
  },
  {
    title: "Masks while they learn",
    mount: late((views) => views.mountMasks),
    fits: isWalked,
  },
  {
    title: "Attention",
    mount: late((views) => views.mountAttention),
    fits: hasCase,
  },
  {
    title: "Hands on",
    mount: late((views) => views.mountPatch),
    fits: hasCase,
  },
  {
    title: "Which variable does it hold?",
    mount: late((views) => views.mountGame),
    fits: ({ case: facts, model }) =>
      facts !== undefined && facts.variables.length > 0 && kindOf(model, facts) === "trained",
  },
  {
    title: "How it was trained",
    mount: late((views) => views.mountHistory),
    fits: ({ result }) => Array.isArray(result?.history),
  },
];
