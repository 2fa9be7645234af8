/**
 * What attributions are made of when they run: algorithms import it then, so that a page which lists them
 * does not load it.
 */
export { attributedEdges, attributedNodes } from "./attributed.ts";
export { edgeEffects, nodeEffects } from "./effects.ts";
export { exactPatternEffects } from "./exact-patterns.ts";
export {
  frozenNormalizations,
  frozenPatterns,
  proportionalActivations,
  scaledGradients,
  temperedPatterns,
} from "./gradient-rules.ts";
export { activationsPath } from "./paths/activations.ts";
export { dropPath, sizesPath } from "./paths/dropped-blocks.ts";
export { geodesicPath } from "./paths/geodesic.ts";
export { inputsPath } from "./paths/inputs.ts";
export { maskPath } from "./paths/masks.ts";
export { ruledPath } from "./paths/ruled.ts";
