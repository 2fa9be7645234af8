import type { RetiredFlag } from "../flags/normalise.ts";

const withoutValue = (names: RetiredFlag["names"], note: string): RetiredFlag => ({
  names,
  takesValue: false,
  fate: "ignored",
  note,
});
const withValue = (names: RetiredFlag["names"], note: string): RetiredFlag => ({
  names,
  takesValue: true,
  fate: "ignored",
  note,
});
const refused = (names: RetiredFlag["names"], takesValue: boolean, note: string): RetiredFlag => ({
  names,
  takesValue,
  fate: "refused",
  note,
});

const tracker = "results are files in the output folder; no tracking service is used";

/** Flags of all commands of the original that mean nothing here, or something that is not offered. */
export const retiredEverywhere: readonly RetiredFlag[] = [
  withValue(["-d", "--device"], "everything runs on the processor; see --backend"),
  withoutValue(["-wandb", "--using-wandb", "--use-wandb"], tracker),
  withValue(
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

/** Further retired flags of commands that load a model. */
export const retiredModelFlags: readonly RetiredFlag[] = [
  refused(["--load-from-wandb"], false, "Name the model with --model: the folder of one."),
  refused(
    ["--load-wandb-project", "--load-wandb-name"],
    true,
    "Name the model with --model: the folder of one.",
  ),
];

/** Further retired flags of `train iit`. */
export const retiredTrainingFlags: readonly RetiredFlag[] = [
  withValue(["--model-pair"], "the original ignores it too; training is always strict"),
  withoutValue(["--save-model-to-wandb"], tracker),
  refused(["--sweep"], false, "Run train iit once per setting."),
  refused(["--sweep-config-file"], true, "Run train iit once per setting."),
];

/** Further retired flags of `run acdc`: the original accepts them and ignores them. */
export const retiredAcdcFlags: readonly RetiredFlag[] = [
  withValue(
    [
      "--indices-mode",
      "--names-mode",
      "--max-num-epochs",
      "--first-cache-cpu",
      "--second-cache-cpu",
    ],
    "the original ignores it too",
  ),
  withoutValue(
    [
      "--single-step",
      "--abs-value-threshold",
      "--zero-ablation",
      "--next-token",
      "--use-pos-embed",
    ],
    "the original ignores it too",
  ),
];

/** Further retired flags of `run eap`. */
export const retiredEapFlags: readonly RetiredFlag[] = [
  withoutValue(["--use-pos-embed"], "the score is the same with and without it"),
];

/** Further retired flags of `run sp`. */
export const retiredSpFlags: readonly RetiredFlag[] = [
  withValue(
    ["--num-examples", "--seq-len", "--reset-subject"],
    "the original makes no use of it either",
  ),
  withValue(
    ["--atol", "--n-loss-average-runs", "--print-stats", "--print-every", "--verbose"],
    "it only changes what the original reports, not what it finds",
  ),
  withoutValue(["--use-pos-embed"], "token and position embeddings are one node"),
  refused(["--zero-ablation"], true, "What is masked carries the corrupted run."),
];

/** Further retired flags of `eval iit`. */
export const retiredEvaluationFlags: readonly RetiredFlag[] = [
  withValue(["--batch-size"], "effects do not depend on how pairs are batched"),
  withoutValue(["--next-token", "--include-mlp"], "the original ignores it too"),
];
