import type { PageEffects } from "../../src/report/index.ts";
import type { Engine } from "../engine/client.ts";
import type { CaseFacts } from "../engine/methods/cases.ts";
import type { ModelFacts } from "../engine/methods/models.ts";

/**
 * A view as whoever shows it sees it: a page, or a notebook. It belongs to one element, keeps to it, and
 * knows no framework.
 */
export interface View<Props> {
  /** Shows other data. Cheap if little has changed: dragged sliders and URLs end here. */
  update(props: Props): void;
  /** Empties the element, and stops whatever still goes on. */
  destroy(): void;
  /** What is seen, for the buttons that copy it; asked for when one is pressed. */
  snapshot(): Snapshot;
}

/** Makes a view in an empty element. */
export interface Mount<Props> {
  (element: HTMLElement, props: Props): View<Props>;
  /** What takes long and can be done before, in tasks of its own. The view can be made all the same where it fails. */
  readonly prepare?: (props: Props) => Promise<unknown>;
}

/** What is seen, to be taken elsewhere. */
export interface Snapshot {
  /** The data that are shown, for JSON. */
  readonly data: unknown;
  /** A picture of its own, with styles as attributes; `undefined` where there is none to take. */
  readonly svg?: string | undefined;
  /** Of figures. */
  readonly vegaLite?: unknown;
  /** The command line that makes the same, without the program's name: `run acdc -i 3`. */
  readonly command?: string | undefined;
}

/**
 * What a view keeps in the address of the page, by names of its own: texts that it checks itself and passes
 * over where they mean nothing. What is the default is left out.
 */
export type ViewState = Readonly<Record<string, string>>;

/** What every view of a subject is given. */
export interface SubjectProps {
  readonly engine: Engine;
  readonly subject: Subject;
  readonly state: ViewState;
  /** Changes the state: `undefined` takes a name away. The view is updated by whoever shows it. */
  readonly onState: (changes: Readonly<Record<string, string | undefined>>) => void;
}

/** What is looked at. */
export interface Subject {
  readonly model: ModelFacts;
  /** The case of the model. */
  readonly case: CaseFacts | undefined;
  /** The stored result that brought it here, if one did: the document of `result.json`. */
  readonly result: Readonly<Record<string, unknown>> | undefined;
  /** What an audit has found of the model's nodes, if there was one. */
  readonly effects: PageEffects | undefined;
}
