import {
  ignoredFlags,
  ignoredSwitches,
  type OriginalFlag,
  refusedFlags,
} from "../../discovery/index.ts";

const tracker = "results are files in the output folder; no tracking service is used";

/** Flags of all commands of the original that mean nothing here, or something that is not offered. */
const retiredEverywhere: readonly OriginalFlag[] = [
  ignoredFlags(["-d", "--device"], "everything runs on the processor; see --backend"),
  ignoredSwitches(["-wandb", "--using-wandb", "--use-wandb"], tracker),
  ignoredFlags(
    [
      "--wandb-project",
      "--wandb-project-name",
      "--wandb-entity",
      "--wandb-entity-name",
      "--wandb-name",
      "--wandb-group",
      "--wandb-group-name",
      "--wandb-run-name",
      "--wandb-dir",
      "--wandb-mode",
    ],
    tracker,
  ),
];

/** Retired flags of commands that load a model. */
export const retiredModelFlags: readonly OriginalFlag[] = [
  ...retiredEverywhere,
  refusedFlags(["--load-from-wandb"], false, "Name the model with --model: the folder of one."),
  refusedFlags(
    ["--load-wandb-project", "--load-wandb-name"],
    true,
    "Name the model with --model: the folder of one.",
  ),
];

/** Retired flags of `train iit`. */
export const retiredTrainingFlags: readonly OriginalFlag[] = [
  ...retiredEverywhere,
  ignoredFlags(["--model-pair"], "the original ignores it too; training is always strict"),
  ignoredSwitches(["--save-model-to-wandb"], tracker),
  refusedFlags(["--sweep"], false, "Run train iit once per setting."),
  refusedFlags(["--sweep-config-file"], true, "Run train iit once per setting."),
];

/** Further retired flags of the commands for IOI. */
export const retiredIoiFlags: readonly OriginalFlag[] = [
  ignoredSwitches(["--save-to-wandb"], tracker),
  refusedFlags(["--include-mlp"], false, "The MLP of layer 0 holds no variable here."),
];

/** Retired flags of commands that measure effects. */
export const retiredEffectFlags: readonly OriginalFlag[] = [
  ...retiredModelFlags,
  ignoredFlags(["--batch-size"], "effects do not depend on how pairs are batched"),
];

/** Retired flags of the commands that measure realism. */
export const retiredRealismFlags: readonly OriginalFlag[] = [
  ...retiredModelFlags,
  ignoredFlags(["--batch-size", "--batch_size"], "scores do not depend on how inputs are batched"),
  ignoredFlags(["--relative"], "both are told: the score is relative, the accuracy is not"),
  ignoredSwitches(["--use-iit-model"], "the original ignores it too"),
];

/** Retired flags of commands that compress. */
export const retiredCompressionFlags: readonly OriginalFlag[] = [
  ...retiredEverywhere,
  ignoredFlags(["--min-train-samples"], "all inputs are taken where there are few"),
  ignoredSwitches(["--resample-ablation-test-loss"], "IIA is measured after every epoch"),
  refusedFlags(["--weight-decay"], true, "Weights do not decay, as by the original's default."),
];

/** Retired flags of the command whose autoencoders compress. */
export const retiredAutoencoderFlags: readonly OriginalFlag[] = [
  ...retiredCompressionFlags,
  ignoredFlags(["--ae-path", "--ae-max-training-epochs"], "the original ignores it too"),
  ignoredFlags(["--ae-batch-size"], "a step of the autoencoders takes all of their inputs"),
];

/** Retired flags of `eval iit`. */
export const retiredEvaluationFlags: readonly OriginalFlag[] = [
  ...retiredEffectFlags,
  ignoredSwitches(["--next-token", "--include-mlp"], "the original ignores it too"),
];
