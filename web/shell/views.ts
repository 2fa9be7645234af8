import { mountAcdc } from "../views/acdc/acdc.ts";
import { mountAttention } from "../views/attention.ts";
import { mountCircuit } from "../views/circuit/circuit.ts";
import type { Mount, Subject, SubjectProps } from "../views/contract.ts";
import { mountPatch } from "../views/patch/patch.ts";

/** A view in the pages of models and results. */
export interface SubjectView {
  /** What it is called in addresses. */
  readonly id: string;
  readonly title: string;
  readonly mount: Mount<SubjectProps>;
  /** Whether it has something to show. */
  readonly fits: (subject: Subject) => boolean;
}

/** The views of a subject, in the order of the page. */
export const SUBJECT_VIEWS: readonly SubjectView[] = [
  {
    id: "circuit",
    title: "Circuit",
    mount: mountCircuit,
    fits: ({ model, result }) => model.truth !== undefined || result?.scores !== undefined,
  },
  {
    id: "acdc",
    title: "ACDC, edge by edge",
    mount: mountAcdc,
    fits: (subject) => subject.case !== undefined,
  },
  {
    id: "attention",
    title: "Attention",
    mount: mountAttention,
    fits: (subject) => subject.case !== undefined,
  },
  {
    id: "patch",
    title: "Hands on",
    mount: mountPatch,
    fits: (subject) => subject.case !== undefined,
  },
];
