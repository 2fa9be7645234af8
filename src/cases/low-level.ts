import { InterpBenchError } from "../errors/index.ts";
import { floorDivide } from "../rasp/index.ts";
import type { CompiledProgram } from "../tracr/index.ts";
import { defaultInitializerRange, type TransformerConfig } from "../transformer/index.ts";
import type { Case, RaspCase } from "./case.ts";
import { compileCase } from "./compile-case.ts";
import { functionConfig } from "./functions/shape.ts";

/** Which shape the transformer to be trained gets. */
export interface LowLevelOptions {
  /**
   * Keep the numbers of layers and heads of the compiled transformer. Its widths are compressed all
   * the same: the name is the original's. Default false: at least 2 layers of 4 heads.
   */
  readonly sameSize?: boolean;
}

/**
 * The shape of the transformer to be trained: what the case gives, or, of a RASP program, from the shape
 * of the compiled one and the ratio r:
 *
 * - compressed heads: dHead = ⌊dHead / r⌋, dModel = nHeads·dHead
 * - compressed residual stream (and with `sameSize`): dModel = ⌊dModel / r⌋ (at least 2),
 *   dHead = ⌊dModel / nHeads⌋, so the heads together may be narrower than the stream
 * - dMlp = 4·dModel, exact GELU, no normalization; vocabularies, length and attention as compiled
 * - σ of the initial weights = 0.8/√dModel **of the compiled transformer**, as in the original
 *
 * Widths are at least 1.
 *
 * @throws InterpBenchError `E_CASE` for `sameSize` where nothing is compiled
 */
export function lowLevelConfig(
  case_: Case,
  options: LowLevelOptions = {},
  compiled?: Pick<CompiledProgram, "config">,
): TransformerConfig {
  if (case_.kind === "rasp") return compressed(case_, options, compiled ?? compileCase(case_));
  if (options.sameSize !== true) return functionConfig(case_);
  throw new InterpBenchError("E_CASE", `case "${case_.id}" has no compiled transformer`, {
    at: "sameSize",
    expected: "a RASP program, whose compiled transformer has a size",
    received: "functions of variables, and the shape that the case gives",
  });
}

function compressed(
  case_: RaspCase,
  options: LowLevelOptions,
  { config }: Pick<CompiledProgram, "config">,
): TransformerConfig {
  return Object.freeze({
    ...compressedDimensions(case_, config, options),
    nCtx: config.nCtx,
    dVocab: config.dVocab,
    dVocabOut: config.dVocabOut,
    actFn: "gelu",
    attentionDir: config.attentionDir,
    normalization: "none",
    initializerRange: defaultInitializerRange(config.dModel),
  });
}

/** The sizes of a transformer that tell how large it is. */
export type Dimensions = Pick<
  TransformerConfig,
  "nLayers" | "nHeads" | "dModel" | "dHead" | "dMlp"
>;

/** The sizes of the transformer to be trained, from those of the compiled one: see {@link lowLevelConfig}. */
export function compressedDimensions(
  { lowLevel: { compressionRatio, compressResidual } }: RaspCase,
  compiled: Dimensions,
  { sameSize = false }: LowLevelOptions = {},
): Dimensions {
  const nHeads = sameSize ? compiled.nHeads : Math.max(4, compiled.nHeads);
  const nLayers = sameSize ? compiled.nLayers : Math.max(2, compiled.nLayers);
  const compress = (width: number) => floorDivide(width, compressionRatio);

  const dModelCompressed = Math.max(2, compress(compiled.dModel));
  const dHead =
    compressResidual || sameSize
      ? Math.max(1, floorDivide(dModelCompressed, nHeads))
      : Math.max(1, compress(compiled.dHead));
  const dModel = compressResidual || sameSize ? dModelCompressed : nHeads * dHead;
  return Object.freeze({ nLayers, nHeads, dModel, dHead, dMlp: 4 * dModel });
}
