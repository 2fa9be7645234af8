import { fromStored, plain, type StoredValue } from "../rasp/conformance.testing.ts";
import { type CompiledProgram, type LinearMap, type Space, sizeOf } from "./index.ts";

/* Blocks and bases in the form in which the fixtures store them. */

/** A direction as `[name]` or `[name, value]`. */
export type StoredDirection = readonly [name: string, value?: StoredValue];

/** A matrix by its entries other than 0: `[row, column, value]`. */
export interface StoredMatrix {
  readonly shape: readonly number[];
  readonly nz: readonly (readonly [number, number, number])[];
}

/** A head with its bases. */
export interface StoredHead {
  readonly q_space: readonly StoredDirection[];
  readonly k_space: readonly StoredDirection[];
  readonly v_space: readonly StoredDirection[];
  readonly o_space: readonly StoredDirection[];
  readonly w_qk: StoredMatrix;
  readonly w_ov: StoredMatrix;
}

/** The heads or the MLP of one half-layer. */
export type StoredBlock = { readonly module: string } & (
  | { readonly type: "attn"; readonly heads: readonly StoredHead[] }
  | {
      readonly type: "mlp";
      readonly fst_in: readonly StoredDirection[];
      readonly hidden: readonly StoredDirection[];
      readonly snd_out: readonly StoredDirection[];
      readonly fst: StoredMatrix;
      readonly snd: StoredMatrix;
    }
);

/** The basis of a space in a form that compares equal by value. */
export const basisOf = (space: Space) =>
  space.directions.map(({ name, value }) => (value === null ? [name] : [name, plain(value)]));

/** A stored basis in the same form. */
export const storedBasis = (basis: readonly StoredDirection[]) =>
  basis.map(([name, value]) => (value === undefined ? [name] : [name, plain(fromStored(value))]));

function sparse({ input, output, matrix }: LinearMap): StoredMatrix {
  const width = sizeOf(output);
  const nz = [...matrix].flatMap((value, i) =>
    value === 0 ? [] : [[Math.floor(i / width), i % width, value] as const],
  );
  return { shape: [sizeOf(input), width], nz };
}

/** The blocks with their half-layers, as the fixture writes them. */
export function storedForm({ layers }: CompiledProgram): unknown[] {
  return layers.flatMap(({ heads, mlp }, l) => {
    const attention = heads.map(({ wQK, wOV }) => ({
      q_space: basisOf(wQK.input),
      k_space: basisOf(wQK.output),
      v_space: basisOf(wOV.input),
      o_space: basisOf(wOV.output),
      w_qk: sparse(wQK),
      w_ov: sparse(wOV),
    }));
    const module = `transformer/layer_${l}`;
    return [
      ...(heads.length > 0 ? [{ type: "attn", module: `${module}/attn`, heads: attention }] : []),
      ...(mlp === undefined
        ? []
        : [
            {
              type: "mlp",
              module: `${module}/mlp`,
              fst_in: basisOf(mlp.fst.input),
              hidden: basisOf(mlp.fst.output),
              snd_out: basisOf(mlp.snd.output),
              fst: sparse(mlp.fst),
              snd: sparse(mlp.snd),
            },
          ]),
    ];
  });
}

/** A stored block in the same form. */
export function plainBlock(block: StoredBlock): unknown {
  if (block.type === "attn") {
    const heads = block.heads.map((head) => ({
      q_space: storedBasis(head.q_space),
      k_space: storedBasis(head.k_space),
      v_space: storedBasis(head.v_space),
      o_space: storedBasis(head.o_space),
      w_qk: head.w_qk,
      w_ov: head.w_ov,
    }));
    return { type: block.type, module: block.module, heads };
  }
  return {
    type: block.type,
    module: block.module,
    fst_in: storedBasis(block.fst_in),
    hidden: storedBasis(block.hidden),
    snd_out: storedBasis(block.snd_out),
    fst: block.fst,
    snd: block.snd,
  };
}
