import { TorchRandom } from "../rng/index.ts";
import { type Normals, torchNormals } from "../transformer/index.ts";

/** What the original draws initial weights from. */
export const torchDraws = (): Normals => torchNormals(new TorchRandom(0));
