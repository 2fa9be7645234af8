import type { Tensor } from "../index.ts";
import * as e from "../index.ts";
import { type OpCase, p, s } from "./op-case.testing.ts";

/** Contractions alone. */
export const contractions: OpCase[] = (
  [
    ["matrix by matrix", "pd,de->pe", s(3, 4), p(4, 5)],
    ["one row", "pd,de->pe", s(1, 4), p(4, 5)],
    ["one column", "pd,de->pe", s(3, 4), p(4, 1)],
    ["inner size 1", "pd,de->pe", s(3, 1), p(1, 5)],
    ["inner size 0", "pd,de->pe", s(3, 0), p(0, 5)],
    ["no rows", "pd,de->pe", s(0, 4), p(4, 5)],
    ["heads out", "pd,hde->phe", s(5, 7), p(4, 7, 3)],
    ["heads in", "phe,hed->pd", s(5, 4, 3), p(4, 3, 7)],
    ["head results", "phe,hed->phd", s(5, 2, 3), p(2, 3, 4)],
    ["scores", "ihe,jhe->hij", s(5, 2, 3), s(5, 2, 3)],
    ["mix", "hij,jhe->ihe", s(2, 5, 5), s(5, 2, 3)],
    ["outer product", "a,b->ab", s(3), p(4)],
    ["inner product", "a,a->", s(6), p(6)],
    ["parameters only", "ab,bc->ac", p(3, 4), p(4, 2)],
    ["parameter first", "ab,pb->pa", p(3, 4), s(5, 4)],
    ["elementwise on a shared axis", "ab,b->ab", s(3, 4), p(4)],
    ["large enough for every blocked loop", "pd,de->pe", s(9, 17), p(17, 23)],
    ["batched axes on both sides", "abij,abjk->abik", s(2, 3, 4, 2), s(2, 3, 2, 5)],
  ] as const
).map(([name, spec, a, b]) => ({
  name: `einsum ${spec}: ${name}`,
  inputs: [a, b],
  build: ([x, y]: readonly Tensor[]) => e.einsum(spec, x!, y!),
}));
