import { InterpBenchError } from "../errors/index.ts";
import { type Edge, formatNode, type Node, parseNode } from "./node.ts";

/**
 * The ways other tools spell nodes and edges: TransformerLens hook names (`canonical`, ours),
 * TransformerLens 3's `bridge`, the pictures of `acdc`, the graphs of `eap` (EAP-IG, MIB), and
 * `autocircuit`. The pairs of InterpBench's `edges.pkl` are canonical: see `edgeTexts`.
 */
export type DialectName = "canonical" | "bridge" | "acdc" | "eap" | "autocircuit";

/**
 * How finely a circuit tells readers apart: `qkv` (a head's query, key and value inputs; what
 * algorithms search) or `head` (heads and MLPs as a whole; what is scored).
 */
export type Granularity = "qkv" | "head";

/** What a short name leaves out. */
export interface NameContext {
  /** `logits` or `Resid End` is the residual stream after the last of so many blocks. */
  readonly nLayers: number;
  /** What `m1` or `a1.h2` means where an edge ends. Default `qkv`. */
  readonly granularity?: Granularity;
}

/** The end of an edge a node is at; short names are the same for an MLP's input and output. */
export type Role = "writer" | "reader";

/**
 * One spelling. All four functions throw `E_NAME` for what has no name in this dialect, and
 * `parse…` is the inverse of `format…`.
 */
export interface Dialect {
  readonly name: DialectName;
  formatNode(node: Node, role: Role, context: NameContext): string;
  parseNode(text: string, role: Role, context: NameContext): Node;
  formatEdge(edge: Edge, context: NameContext): string;
  parseEdge(text: string, context: NameContext): Edge;
}

/** The part of a model a short name stands for; `b` block, `h` head, `x` one of q, k, v. */
type PartKind = "embeddings" | "tokens" | "positions" | "head" | "input" | "mlp" | "output";

interface Part {
  readonly kind: PartKind;
  readonly fields: Readonly<Record<string, string>>;
}

/** How a part is spelled: `{b}` and the like are fields. */
interface Spelling {
  readonly kind: PartKind;
  readonly template: string;
  readonly pattern: RegExp;
}
type Spellings = readonly Spelling[];

const FIELD_PATTERNS: Readonly<Record<string, string>> = {
  b: "(?<b>0|[1-9]\\d*)",
  l: "(?<l>0|[1-9]\\d*)",
  h: "(?<h>0|[1-9]\\d*)",
  x: "(?<x>[qkv])",
  X: "(?<x>[QKV])",
};

function spellings(templates: Readonly<Partial<Record<PartKind, string>>>): Spellings {
  return Object.entries(templates).map(([kind, template]) => {
    const escaped = template.replace(/[.[\]]/g, "\\$&");
    const source = escaped.replace(/\{(\w)\}/g, (_, field: string) => FIELD_PATTERNS[field]!);
    return { kind: kind as PartKind, template, pattern: new RegExp(`^${source}$`) };
  });
}

/** The canonical hook of each part, by where it may stand. `{l}` is the last block. */
const WRITERS = spellings({
  embeddings: "blocks.0.hook_resid_pre",
  tokens: "hook_embed",
  positions: "hook_pos_embed",
  head: "blocks.{b}.attn.hook_result[{h}]",
  mlp: "blocks.{b}.hook_mlp_out",
});
const READERS: Readonly<Record<Granularity, Spellings>> = {
  qkv: spellings({
    input: "blocks.{b}.hook_{x}_input[{h}]",
    mlp: "blocks.{b}.hook_mlp_in",
    output: "blocks.{l}.hook_resid_post",
  }),
  head: spellings({
    head: "blocks.{b}.attn.hook_result[{h}]",
    mlp: "blocks.{b}.hook_mlp_out",
    output: "blocks.{l}.hook_resid_post",
  }),
};

const ACDC = spellings({
  embeddings: "embed",
  tokens: "<token_embeds>",
  positions: "<pos_embeds>",
  head: "<a{b}.{h}>",
  input: "<a{b}.{h}_{x}>",
  mlp: "<m{b}>",
  output: "<resid_post>",
});
const EAP = spellings({
  embeddings: "input",
  head: "a{b}.h{h}",
  input: "a{b}.h{h}<{x}>",
  mlp: "m{b}",
  output: "logits",
});
const AUTOCIRCUIT = spellings({
  embeddings: "Resid Start",
  head: "A{b}.{h}",
  input: "A{b}.{h}.{X}",
  mlp: "MLP {b}",
  output: "Resid End",
});

/** Canonical name → TransformerBridge name, without the block. All others are the same in both. */
const BRIDGE = new Map([
  ["hook_embed", "embed.hook_out"],
  ["hook_pos_embed", "pos_embed.hook_out"],
  ["hook_resid_pre", "hook_in"],
  ["hook_resid_post", "hook_out"],
  ["hook_attn_out", "attn.hook_out"],
  ["hook_mlp_in", "mlp.hook_in"],
  ["hook_mlp_out", "mlp.hook_out"],
]);
const FROM_BRIDGE = new Map(Array.from(BRIDGE, ([canonical, bridge]) => [bridge, canonical]));

/** All dialects by name. */
export const dialects: Readonly<Record<DialectName, Dialect>> = {
  canonical: withEdges({ name: "canonical", formatNode, parseNode }),
  bridge: withEdges({
    name: "bridge",
    formatNode: (node) =>
      formatNode({ ...node, hook: renameHook("bridge", node.hook, BRIDGE, FROM_BRIDGE) }),
    parseNode: (text) => {
      const node = parseNode(text);
      return { ...node, hook: renameHook("canonical", node.hook, FROM_BRIDGE, BRIDGE) };
    },
  }),
  acdc: shortDialect("acdc", ACDC),
  eap: shortDialect("eap", EAP),
  autocircuit: shortDialect("autocircuit", AUTOCIRCUIT),
};

/** The dialect of a name. `E_NAME` if there is none. */
export function dialect(name: string): Dialect {
  if (Object.hasOwn(dialects, name)) return dialects[name as DialectName];
  throw new InterpBenchError("E_NAME", `no dialect "${name}"`, {
    expected: Object.keys(dialects).join(", "),
    received: name,
  });
}

type NodeFunctions = Pick<Dialect, "name" | "formatNode" | "parseNode">;

function withEdges(nodes: NodeFunctions): Dialect {
  return {
    ...nodes,
    formatEdge: ([from, to], context) =>
      `${nodes.formatNode(from, "writer", context)}->${nodes.formatNode(to, "reader", context)}`,
    parseEdge: (text, context) => {
      const ends = text.split("->");
      if (ends.length !== 2) throw noName(nodes.name, "edge", text, '"from->to"');
      return [
        nodes.parseNode(ends[0]!, "writer", context),
        nodes.parseNode(ends[1]!, "reader", context),
      ];
    },
  };
}

function shortDialect(name: DialectName, own: Spellings): Dialect {
  return withEdges({
    name,
    formatNode: (node, role, context) => {
      const part = readPart(formatNode(node), canonicalSpellings(role, context));
      const spelling = own.find(({ kind }) => kind === part?.kind);
      const isEarlier = part?.fields.l !== undefined && part.fields.l !== lastBlock(context);
      if (part === undefined || spelling === undefined || isEarlier) {
        throw noName(name, role, formatNode(node), "a node this dialect can name");
      }
      return fill(spelling.template, part.fields);
    },
    parseNode: (text, role, context) => {
      const part = readPart(text, own);
      const spelling = canonicalSpellings(role, context).find(({ kind }) => kind === part?.kind);
      if (part === undefined || spelling === undefined) {
        throw noName(name, role, text, own.map(({ template }) => template).join(", "));
      }
      return parseNode(fill(spelling.template, { ...part.fields, l: lastBlock(context) }));
    },
  });
}

function canonicalSpellings(role: Role, { granularity = "qkv" }: NameContext): Spellings {
  return role === "writer" ? WRITERS : READERS[granularity];
}

const lastBlock = ({ nLayers }: NameContext) => String(nLayers - 1);

function fill(template: string, fields: Readonly<Record<string, string>>): string {
  return template.replace(/\{(\w)\}/g, (whole, field: string) => {
    const value = fields[field.toLowerCase()];
    if (value === undefined) return whole;
    return field === field.toLowerCase() ? value : value.toUpperCase();
  });
}

function readPart(text: string, spellings: Spellings): Part | undefined {
  for (const { kind, pattern } of spellings) {
    const match = pattern.exec(text);
    if (match === null) continue;
    const fields = Object.entries(match.groups ?? {});
    return {
      kind,
      fields: Object.fromEntries(fields.map(([name, value]) => [name, value.toLowerCase()])),
    };
  }
  return undefined;
}

function renameHook(
  target: DialectName,
  hook: string,
  names: ReadonlyMap<string, string>,
  reserved: ReadonlyMap<string, string>,
): string {
  const [, block = "", rest = hook] = /^(blocks\.\d+\.)?(.*)$/.exec(hook) ?? [];
  if (reserved.has(rest)) throw noName(target, "hook", hook, `"${block}${reserved.get(rest)}"`);
  return block + (names.get(rest) ?? rest);
}

function noName(target: DialectName, what: string, text: string, expected: string) {
  return new InterpBenchError("E_NAME", `"${text}" has no name as ${what} in dialect ${target}`, {
    expected,
    received: `"${text}"`,
  });
}
