import { rowMajorStrides, sameShape, sizeOf } from "../graph/shape.ts";
import type { Operation, Tensor } from "../graph/tensor.ts";
import {
  type BindingSlot,
  type Opcode,
  type Operand,
  OWN_BINDINGS,
  type Schedule,
  type Step,
  type Storage,
  type Word,
} from "./steps.ts";
import { broadcastStrides, collapseDimensions, isContiguous, type View } from "./view.ts";
import { wordsOf } from "./words.ts";

/** When a step runs: once before the tiles, for each tile, or once after them. */
export type Phase = "before" | "perTile" | "after";

const ZERO_BITS = 0;

/** Allocates the value of a node of kind K and pushes the steps that compute it. */
export type Emit<K extends Operation["kind"]> = (
  builder: ScheduleBuilder,
  tensor: Tensor & { readonly op: Extract<Operation, { kind: K }> },
  phase: Phase,
) => void;

/** Collects steps, and knows where the value of every node emitted so far lies. */
export class ScheduleBuilder {
  readonly steps: Record<Phase, Step[]> = { before: [], perTile: [], after: [] };
  readonly bindings: BindingSlot[] = [];
  readonly constants: { storage: Storage; values: Float64Array }[] = [];
  readonly scalars: { storage: Storage; name: string }[] = [];
  batchSize: Storage | undefined;
  private readonly views = new Map<Tensor, View>();
  private readonly storages = new Map<Tensor, Storage>();
  private rowSlots = 0;

  push(phase: Phase, opcode: Opcode, words: readonly Word[], multiplyAdds = 0): void {
    this.steps[phase].push({ opcode, words, multiplyAdds });
  }

  /** Whether a node's value has a place already. */
  has(tensor: Tensor): boolean {
    return this.views.has(tensor);
  }

  finish(): Schedule {
    return {
      ...this.steps,
      bindings: this.bindings,
      constants: this.constants,
      scalars: this.scalars,
      batchSize: this.batchSize,
    };
  }

  /** A new place in the caller's memory. */
  bind(slot: BindingSlot): Extract<Storage, { space: "binding" }> {
    this.bindings.push(slot);
    return { space: "binding", slot: OWN_BINDINGS + this.bindings.length - 1 };
  }

  /** A new slot for the row numbers of a sample input. */
  newRowsSlot(): number {
    return this.rowSlots++;
  }

  /** Lets a node's value lie in `storage`, row-major if nothing else is said. */
  own(
    tensor: Tensor,
    storage: Storage,
    strides: readonly number[] = rowMajorStrides(tensor.shape),
  ): Operand {
    this.storages.set(tensor, storage);
    this.views.set(tensor, { root: tensor, offset: 0, strides });
    return { storage, offset: 0 };
  }

  /** Where a sum over the batch lies; new memory when first asked. */
  accumulator(tensor: Tensor, strides?: readonly number[]): Operand {
    if (this.has(tensor)) return this.operand(tensor);
    return this.own(tensor, { space: "accumulator", size: sizeOf(tensor.shape) }, strides);
  }

  /** Memory for a value of a node's size and extent. */
  temporary(tensor: Tensor): Operand {
    const size = sizeOf(tensor.shape);
    const storage: Storage =
      tensor.extent === "sample" ? { space: "tile", size } : { space: "shared", size };
    return { storage, offset: 0 };
  }

  /** New memory for a node's own value. */
  allocate(tensor: Tensor): Operand {
    return this.own(tensor, this.temporary(tensor).storage);
  }

  /** Memory for a node's value that no step computes. */
  given(tensor: Tensor, space: "constant" | "scalar"): Storage {
    const storage: Storage = { space, size: sizeOf(tensor.shape) };
    this.own(tensor, storage);
    return storage;
  }

  /** Lets a node share its input's memory. */
  alias(tensor: Tensor, view: View): void {
    this.views.set(tensor, view);
  }

  view(tensor: Tensor): View {
    const view = this.views.get(tensor);
    if (view === undefined) throw new Error(`internal: ${tensor.op.kind} was not scheduled`);
    return view;
  }

  storageOf(tensor: Tensor): Storage {
    return this.storages.get(this.view(tensor).root)!;
  }

  /** Where a node's first element lies. */
  operand(tensor: Tensor): Operand {
    return { storage: this.storageOf(tensor), offset: this.view(tensor).offset };
  }

  /** Strides with which `input` walks the elements of `result`, to which it broadcasts. */
  walk(input: Tensor, result: Tensor): number[] {
    return broadcastStrides(input.shape, this.view(input).strides, result.shape);
  }

  /** A node's elements in row-major order; copied if they lie in another way. */
  dense(tensor: Tensor, phase: Phase): Operand {
    return isContiguous(this.view(tensor).strides, tensor.shape)
      ? this.operand(tensor)
      : this.copyOf(tensor, phase);
  }

  /** The same, of `result`'s extent: a shared node is copied to where a per-sample result is made. */
  ofExtent(tensor: Tensor, result: Tensor, phase: Phase): Operand {
    if (tensor.extent === result.extent) return this.dense(tensor, phase);
    const size = sizeOf(tensor.shape);
    const target: Operand = { storage: { space: "tile", size }, offset: 0 };
    this.copyInto(phase, target, rowMajorStrides(tensor.shape), tensor);
    return target;
  }

  /** A node's elements as those of a per-sample `result`, to which it broadcasts. */
  spread(tensor: Tensor, result: Tensor, phase: Phase): Operand {
    const isAlike = tensor.extent === result.extent && sameShape(tensor.shape, result.shape);
    if (isAlike) return this.dense(tensor, phase);
    const target = this.temporary(result);
    this.copyInto(phase, target, rowMajorStrides(result.shape), tensor, result);
    return target;
  }

  /** A row-major copy of a node. */
  copyOf(tensor: Tensor, phase: Phase): Operand {
    const target = this.temporary(tensor);
    this.copyInto(phase, target, rowMajorStrides(tensor.shape), tensor);
    return target;
  }

  /** Zeros in `size` elements from `target` on. */
  fillZeros(target: Operand, size: number, phase: Phase): void {
    this.push(phase, "fill", [target, size, ZERO_BITS]);
  }

  /** Copies a node, as broadcast to `result`, to where `strides` walk from `target` on. */
  copyInto(
    phase: Phase,
    target: Operand,
    strides: readonly number[],
    source: Tensor,
    result: Tensor = source,
  ): void {
    if (sizeOf(result.shape) === 0) return;
    const dimensions = collapseDimensions(result.shape, [strides, this.walk(source, result)]);
    this.push(phase, "copy", [target, this.operand(source), ...wordsOf(dimensions)]);
  }
}
