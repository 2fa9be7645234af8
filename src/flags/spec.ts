import * as z from "zod/mini";
import type { ObjectSchema } from "../errors/index.ts";
import { wordsOf } from "../report/index.ts";
import type { FlagFacts } from "./flag.ts";

/** What the text of a flag's value becomes before its schema sees it. */
export type FlagType =
  | { readonly kind: "switch" }
  | { readonly kind: "number" }
  | { readonly kind: "text" }
  | {
      readonly kind: "choice";
      readonly values: readonly string[];
      readonly synonyms: Readonly<Record<string, string>>;
    }
  /** `isSplit`: one text holds several items, separated by commas; a synonym may stand for some. */
  | {
      readonly kind: "list";
      readonly item: FlagType;
      readonly isSplit: boolean;
      readonly synonyms: Readonly<Record<string, string>>;
      /** Whether a single item stands for itself, not for a list of one. */
      readonly takesOne: boolean;
      /** Texts that stand for themselves, in place of a list. */
      readonly words: readonly string[];
    };

/** One option of a command, as the command line sees it. */
export interface FlagSpec {
  /** The key in the schema: `iitWeight`. */
  readonly key: string;
  /** `--iit-weight`. */
  readonly long: `--${string}`;
  readonly type: FlagType;
  readonly summary: string;
  readonly facts: FlagFacts;
  /** The default after parsing; `undefined` if there is none. */
  readonly fallback: unknown;
  readonly isRequired: boolean;
}

/** The flags of an object schema, in the order of its keys. */
export function flagSpecs(options: ObjectSchema): FlagSpec[] {
  return Object.entries(options.shape).map(([key, schema]) => {
    const { facts, summary } = metadataOf(schema);
    const parsed = z.safeParse(schema, undefined);
    return {
      key,
      long: `--${dashed(key)}`,
      type: typeOf(schema, facts),
      summary,
      facts,
      fallback: (parsed.success ? parsed.data : undefined) ?? facts.fallback,
      isRequired: !parsed.success,
    };
  });
}

/** `iitWeight` → `iit-weight`; `validationIIA` → `validation-iia`. */
export const dashed = (key: string): string => wordsOf(key).join("-");

/** The schema inside of defaults, optionals, transforms and the like, or `undefined` for a leaf. */
function innerOf(schema: z.core.$ZodType): z.core.$ZodType | undefined {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  switch (def.type) {
    case "default":
    case "prefault":
    case "optional":
    case "nullable":
    case "nonoptional":
    case "readonly":
    case "catch":
      return def.innerType;
    case "pipe":
      return def.in._zod.def.type === "transform" ? def.out : def.in;
    default:
      return undefined;
  }
}

function metadataOf(schema: z.core.$ZodType): { facts: FlagFacts; summary: string } {
  let [summary, facts]: [string, FlagFacts] = ["", {}];
  for (let s: z.core.$ZodType | undefined = schema; s !== undefined; s = innerOf(s)) {
    const metadata = z.globalRegistry.get(s);
    if (metadata === undefined) continue;
    if (summary === "") summary = metadata.description ?? "";
    const own: unknown = metadata.flag;
    if (typeof own === "object" && own !== null) facts = { ...own, ...facts };
  }
  return { facts: withShort(facts), summary: summary.replace(/\.$/, "") };
}

/** A spelling of one letter is the short one, wherever it is written. */
function withShort(facts: FlagFacts): FlagFacts {
  const { short, aliases = [] } = facts;
  const letter = aliases.find((name) => /^-[A-Za-z]$/.test(name));
  if (short !== undefined || letter === undefined) return facts;
  return { ...facts, short: letter, aliases: aliases.filter((name) => name !== letter) };
}

function typeOf(schema: z.core.$ZodType, facts: FlagFacts): FlagType {
  const inner = innerOf(schema);
  if (inner !== undefined) return typeOf(inner, facts);
  const { def } = (schema as z.core.$ZodTypes)._zod;
  switch (def.type) {
    case "boolean":
      return { kind: "switch" };
    case "number":
      return { kind: "number" };
    case "enum":
      return choiceOf(Object.values(def.entries).map(String), facts);
    case "literal":
      return def.values.every((value) => typeof value === "string")
        ? choiceOf(def.values.map(String), facts)
        : { kind: "number" };
    case "array":
      return {
        kind: "list",
        item: typeOf(def.element, facts),
        isSplit: facts.isWhole !== true,
        synonyms: facts.synonyms ?? {},
        takesOne: false,
        words: [],
      };
    case "union": {
      const types = def.options.map((one) => typeOf(one, facts));
      const list = types.find(({ kind }) => kind === "list");
      if (list?.kind !== "list") return { kind: "text" };
      const words = types.flatMap((type) => (type.kind === "choice" ? type.values : []));
      return { ...list, takesOne: types.some(({ kind }) => kind === list.item.kind), words };
    }
    default:
      return { kind: "text" };
  }
}

function choiceOf(values: readonly string[], { synonyms = {} }: FlagFacts): FlagType {
  return { kind: "choice", values, synonyms };
}
