import { floorDivide } from "../rasp/index.ts";
import type { CompiledProgram } from "../tracr/index.ts";
import { defaultInitializerRange, type TransformerConfig } from "../transformer/index.ts";
import type { Case } from "./case.ts";
import { compileCase } from "./compile-case.ts";

/** Which shape the transformer to be trained gets. */
export interface LowLevelOptions {
  /**
   * Keep the numbers of layers and heads of the compiled transformer. Its widths are compressed all
   * the same: the name is the original's. Default false: at least 2 layers of 4 heads.
   */
  readonly sameSize?: boolean;
}

/**
 * The shape of the transformer to be trained, from that of the compiled one and the ratio r:
 *
 * - compressed heads: dHead = ⌊dHead / r⌋, dModel = nHeads·dHead
 * - compressed residual stream (and with `sameSize`): dModel = ⌊dModel / r⌋ (at least 2),
 *   dHead = ⌊dModel / nHeads⌋, so the heads together may be narrower than the stream
 * - dMlp = 4·dModel, exact GELU, no normalization; vocabularies, length and attention as compiled
 * - σ of the initial weights = 0.8/√dModel **of the compiled transformer**, as in the original
 *
 * Widths are at least 1.
 */
export function lowLevelConfig(
  case_: Case,
  { sameSize = false }: LowLevelOptions = {},
  { config }: Pick<CompiledProgram, "config"> = compileCase(case_),
): TransformerConfig {
  const { compressionRatio, compressResidual } = case_.lowLevel;
  const nHeads = sameSize ? config.nHeads : Math.max(4, config.nHeads);
  const nLayers = sameSize ? config.nLayers : Math.max(2, config.nLayers);
  const compress = (width: number) => floorDivide(width, compressionRatio);

  const dModelCompressed = Math.max(2, compress(config.dModel));
  const dHead =
    compressResidual || sameSize
      ? Math.max(1, floorDivide(dModelCompressed, nHeads))
      : Math.max(1, compress(config.dHead));
  const dModel = compressResidual || sameSize ? dModelCompressed : nHeads * dHead;
  return Object.freeze({
    nLayers,
    nHeads,
    dModel,
    dHead,
    dMlp: 4 * dModel,
    nCtx: config.nCtx,
    dVocab: config.dVocab,
    dVocabOut: config.dVocabOut,
    actFn: "gelu",
    attentionDir: config.attentionDir,
    normalization: "none",
    initializerRange: defaultInitializerRange(config.dModel),
  });
}
