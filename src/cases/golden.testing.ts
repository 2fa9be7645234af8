import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import type { EdgeTexts } from "../circuit/index.ts";
import { isTuple, type RaspValue } from "../rasp/index.ts";
import type { StoredBlock, StoredDirection } from "../tracr/stored.testing.ts";

/* What the original makes of 105 of the cases. */

/** A value as stored: `{"f": "2.0"}` is a float, `{"t": […]}` a tuple. */
export type StoredValue =
  | null
  | boolean
  | number
  | string
  | { readonly f: string }
  | { readonly t: readonly StoredValue[] };

/** A circuit as stored; nodes and edges in the original's order. */
export interface StoredCircuit {
  readonly nodes: readonly string[];
  readonly edges: readonly EdgeTexts[];
}

/** An input with what the program and both forms of the compiled model make of it. */
export interface StoredExample {
  readonly input: readonly StoredValue[];
  readonly input_ids: readonly number[];
  readonly rasp_output: readonly StoredValue[];
  readonly tl_decoded: readonly StoredValue[];
}

/** A correspondence entry as stored: an index is `[:]` or `[:, :, head, :]`. */
export interface StoredEntry {
  readonly hl: string;
  readonly label: string;
  readonly hl_index: string;
  readonly ll: readonly (readonly [string, string])[];
}

/** One case as stored. */
export interface StoredCase {
  readonly id: string;
  readonly is_trivial: boolean;
  readonly causal: boolean;
  readonly is_categorical: boolean;
  readonly max_seq_len_with_bos: number;
  readonly min_seq_len_with_bos: number;
  readonly vocab_sorted: readonly StoredValue[];
  readonly total_data_len: number;
  readonly layers: readonly {
    readonly attn?: { readonly num_heads: number };
    readonly mlp?: object;
  }[];
  readonly rasp_graph: {
    readonly nodes: readonly {
      readonly id: string;
      readonly type: string;
      readonly children: readonly string[];
      readonly encoding?: string;
      readonly value_set_size?: number;
      readonly predicate?: string;
      readonly default?: StoredValue;
    }[];
    readonly sink: string;
  };
  readonly layer_allocation: Readonly<Record<string, number>>;
  readonly residual_labels: readonly string[];
  readonly residual_basis: readonly StoredDirection[];
  readonly input_encoder: {
    readonly values_in_id_order: readonly StoredValue[];
    readonly bos_id: number;
    readonly pad_id: number;
    readonly max_seq_len: number;
  };
  readonly output_encoder: {
    readonly type: string;
    readonly values_in_id_order?: readonly StoredValue[];
  };
  readonly hl_circuit: Readonly<Record<string, StoredCircuit>>;
  readonly hl_circuit_prepared: StoredCircuit;
  readonly correspondence: readonly StoredEntry[];
  readonly ll_cfg: Readonly<Record<string, number | string | boolean | null>>;
  readonly ll_cfg_same_size: Readonly<Record<string, number>>;
  readonly ll_gt_circuit: StoredCircuit;
  readonly examples: readonly StoredExample[];
  readonly examples_varlen: readonly StoredExample[];
  readonly n_layers: number;
  readonly n_heads: number;
  readonly d_model: number;
  readonly d_head: number;
  readonly d_mlp: number;
  readonly n_ctx: number;
  readonly d_vocab: number;
  readonly d_vocab_out: number;
  readonly attention_dir: string;
}

/** The matrices of one case as stored. */
export interface StoredCraft {
  readonly blocks: readonly StoredBlock[];
  readonly craft_residual_basis: readonly StoredDirection[];
  readonly tl_state_shapes: Readonly<Record<string, readonly number[]>>;
  readonly correspondence_same_size: readonly StoredEntry[];
}

/** The logits of one case for two inputs: float32 in base64. */
export interface StoredLogits {
  readonly tokens: readonly (readonly number[])[];
  readonly shape: readonly number[];
  readonly f32: string;
}

function readFixture<T>(name: string): T {
  const url = new URL(`../../test/fixtures/cases/${name}.json.gz`, import.meta.url);
  return JSON.parse(gunzipSync(readFileSync(url)).toString("utf8")) as T;
}

/** The stored cases by id. */
export const GOLDEN: ReadonlyMap<string, StoredCase> = new Map(
  readFixture<{ cases: StoredCase[] }>("golden").cases.map((stored) => [stored.id, stored]),
);

/** The stored matrices by id. */
export const CRAFT = new Map(Object.entries(readFixture<Record<string, StoredCraft>>("craft")));

/** The stored logits by id. */
export const LOGITS = new Map(Object.entries(readFixture<Record<string, StoredLogits>>("logits")));

/** The RASP value of a stored one. */
export function fromStored(stored: StoredValue): RaspValue {
  if (typeof stored !== "object" || stored === null) return stored;
  if ("t" in stored) return stored.t.map(fromStored);
  const special: Record<string, number> = { inf: Infinity, "-inf": -Infinity };
  return special[stored.f] ?? Number(stored.f);
}

/** The value with booleans as the numbers they equal, so that equal values are deeply equal. */
export function plain(value: RaspValue): RaspValue {
  if (typeof value === "boolean") return Number(value);
  return isTuple(value) ? value.map(plain) : value;
}

/** A stored value in the form of {@link plain}. */
export const storedPlain = (stored: StoredValue): RaspValue => plain(fromStored(stored));

/** Nodes and edges as sorted texts, for comparison regardless of order. */
export function sortedTexts({ nodes, edges }: StoredCircuit): {
  readonly nodes: string[];
  readonly edges: string[];
} {
  return { nodes: [...nodes].sort(), edges: edges.map(([a, b]) => `${a}->${b}`).sort() };
}
