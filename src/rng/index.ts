/**
 * @file Random numbers. `Key` for everything new; `PythonRandom`, `NumpyRandom` and `TorchRandom`
 * repeat the draws of the generators the original uses, for parity with its data and weights.
 *
 * There is no global generator: whoever draws is handed a key or a generator.
 * May import: errors. The three parity generators all read one Mersenne Twister (Matsumoto &
 * Nishimura 1998); keys are counter-based (Salmon et al. 2011) and split as in JAX.
 */
export { Key } from "./key.ts";
export { Mt19937 } from "./mt19937.ts";
export { NumpyRandom } from "./numpy.ts";
export { philox4x32 } from "./philox.ts";
export { PythonRandom } from "./python.ts";
export { seedsFrom } from "./seeds.ts";
export { TorchRandom } from "./torch.ts";
