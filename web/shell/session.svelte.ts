import type { PageContent, PageEffects, PageModel, PageResult } from "../../src/report/index.ts";
import { type Engine, EngineError } from "../engine/client.ts";
import type { CaseFacts } from "../engine/methods/cases.ts";
import type { ModelFacts, ModelRef } from "../engine/methods/models.ts";
import type { TruthFacts } from "../engine/methods/truth.ts";
import type { Written } from "../engine/methods/write.ts";
import type { MethodsProps } from "../views/compare/methods.ts";
import type { Subject, SubjectProps, ViewState } from "../views/contract.ts";
import {
  type Address,
  type AddressProblem,
  changedState,
  formatAddress,
  parseAddress,
} from "./address.ts";
import { addressBar } from "./address-bar.ts";
import { unpacked } from "./unpacked.ts";

/** The case of a program that is written in the page, as the engine calls it. */
const WRITTEN = "program";

/** The path of the page of a case. */
export const pageOf = (id: string): string[] => (id === WRITTEN ? ["write"] : ["case", id]);

/** What all parts of the page share: the engine, what the page was given, and where one is. */
export class Session {
  readonly engine: Engine;
  content: PageContent = $state.raw() as PageContent;
  place: Address | AddressProblem = $state.raw({ path: [], state: {} });
  readonly #bar = addressBar();
  readonly #cases = new Map<string, Promise<CaseFacts>>();
  readonly #truths = new Map<string, Promise<TruthFacts>>();
  readonly #documents = new Map<string, Promise<Readonly<Record<string, unknown>>>>();
  readonly #models = new Map<string, Promise<ModelFacts>>();
  /** The program that was written last, and what came of it. */
  #program: readonly [text: string, written: Promise<Written>] | undefined;

  constructor(engine: Engine, content: PageContent) {
    this.engine = engine;
    this.content = content;
    const read = () => {
      this.#bar.drop();
      this.place = parseAddress(location.hash);
      const { program } = this.address.state;
      // What is asked of its case from here on is answered after it was compiled.
      // In a report, which compiles none, that says that there is no such case.
      if (program !== undefined) this.write(program).catch(() => undefined);
    };
    read();
    addEventListener("hashchange", read);
    addEventListener("pagehide", this.#bar.flush);
  }

  get address(): Address {
    return "problem" in this.place ? { path: [], state: {} } : this.place;
  }

  /** Changes what the views keep, without a new entry in the history. */
  keep(changes: Readonly<Record<string, string | undefined>>): void {
    const { path, state } = this.address;
    this.place = { path, state: changedState(state, changes) };
    this.#bar.show(formatAddress(this.place));
  }

  /** What a view of a subject is given. */
  given(subject: Subject): SubjectProps {
    return {
      engine: this.engine,
      subject,
      state: this.address.state,
      onState: (changes) => this.keep(changes),
    };
  }

  /** What the comparison of methods on a case is given. */
  methods(id: string): MethodsProps {
    return {
      engine: this.engine,
      id,
      listed: this.content.models,
      caseOf: (one) => this.case(one),
      load: (ref) => this.model(ref),
      open: (one) => {
        location.hash = this.link(one, ["methods", one]);
      },
      state: this.address.state,
      onState: (changes) => this.keep(changes),
    };
  }

  case(id: string): Promise<CaseFacts> {
    return once(this.#cases, id, () => this.engine.call("case", { id }));
  }

  /** The circuit of a case. */
  truth(id: string): Promise<TruthFacts> {
    return once(this.#truths, id, () => this.engine.call("truth", { id }));
  }

  /** The document of a result: in the page, or beside it. */
  document({ name, document }: PageResult): Promise<Readonly<Record<string, unknown>>> {
    if (document !== undefined) return Promise.resolve(document);
    return once(this.#documents, name, async () => {
      const answer = await fetched(`results/${pathOf(name)}.json`);
      return (await answer.json()) as Readonly<Record<string, unknown>>;
    });
  }

  /** Looks what there is by now, where a program serves it. */
  async refresh(): Promise<void> {
    this.content = (await (await fetched("content.json")).json()) as PageContent;
  }

  /** Has the engine compile a program, of whose case before nothing is known any more. */
  write(text: string): Promise<Written> {
    if (this.#program?.[0] !== text) {
      this.#program = [text, this.engine.call("write", { text })];
      for (const memory of [this.#cases, this.#truths, this.#models]) {
        for (const key of memory.keys()) if (key.endsWith(WRITTEN)) memory.delete(key);
      }
    }
    return this.#program[1];
  }

  /** The address of a page about a case, with what it needs to know of it: of a written one the program. */
  link(id: string, path: readonly string[], state: ViewState = {}): string {
    const program = id === WRITTEN ? this.#program?.[0] : undefined;
    return formatAddress({ path, state: changedState(state, { program }) });
  }

  /** What an audit has found of a model's nodes: in the page, or beside it. */
  async effects(ref: ModelRef): Promise<PageEffects | undefined> {
    if (ref.kind === "compiled") return undefined;
    const { effects } = this.content.models.find(({ name }) => name === ref.name) ?? {};
    if (effects !== "fetched") return effects;
    const answer = await fetched(`models/${pathOf(ref.name)}/effects.json`);
    return (await answer.json()) as PageEffects;
  }

  /** A model that the page has, or the compiled one of a case. */
  model(ref: ModelRef): Promise<ModelFacts> {
    if (ref.kind === "compiled") {
      return once(this.#models, `compiled ${ref.case}`, () => this.engine.call("model", ref));
    }
    return once(this.#models, ref.name, async () => {
      const listed = this.content.models.find(({ name }) => name === ref.name);
      if (listed === undefined) return this.engine.call("model", ref);
      return this.engine.call("load", await filesOf(listed));
    });
  }
}

function once<T>(made: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  const known = made.get(key);
  if (known !== undefined) return known;
  const promise = make();
  promise.catch(() => made.delete(key));
  made.set(key, promise);
  return promise;
}

/** The files of a model: those in the page, or those beside it. */
async function filesOf({ name, case: id, files }: PageModel) {
  if (files !== undefined) {
    const { config, weights, circuit } = files;
    return { name, case: id, config, circuit, weights: await bytesOf(name, weights) };
  }
  const folder = `models/${pathOf(name)}`;
  const [config, circuit, weights] = await Promise.all([
    fetched(`${folder}/config.json`).then((answer) => answer.text()),
    fetched(`${folder}/circuit.json`).then((answer) => answer.text()),
    fetched(`${folder}/model.safetensors`).then((answer) => answer.arrayBuffer()),
  ]);
  return { name, case: id, config, circuit, weights: new Uint8Array(weights) };
}

const pathOf = (name: string) => name.split("/").map(encodeURIComponent).join("/");

async function fetched(path: string): Promise<Response> {
  const answer = await fetch(path);
  if (answer.ok) return answer;
  throw problem(`${path} cannot be had: ${answer.status}`, "Reload the page.");
}

async function bytesOf(name: string, packed: string): Promise<Uint8Array> {
  try {
    return new Uint8Array(await unpacked(packed, "application/octet-stream").arrayBuffer());
  } catch {
    throw problem(
      `The weights of the model ${name} are cut off or were changed.`,
      "Make the report again, or copy the whole file.",
    );
  }
}

function problem(message: string, hint: string): EngineError {
  return new EngineError({ code: undefined, message, hint, isStopped: false });
}
