import { z } from "zod";
import { flag, UsageError } from "../../flags/index.ts";
import {
  type ArrayJob,
  arrayJobOptions,
  containerOptions,
  kubernetesManifest,
  slurmScript,
} from "../../jobs/index.ts";
import { type Command, type CommandOutput, defineCommand } from "../command.ts";

const shared = z.object({
  command: flag(z.array(z.string()).min(1), "The command and its options, behind --", {
    isWhole: true,
    placeholder: "COMMAND",
  }),
  ...arrayJobOptions,
});

const description =
  "Each part is the same command with --shard; results meet in the output folder, which all parts have to share. A part that is started again goes on where it was stopped. The whole command, without a part, then finds everything done.";

/**
 * `emit slurm` and `emit kubernetes`: array jobs of other commands. `check` throws what the program would for the
 * words of a command.
 */
export function emitCommands(check: (words: readonly string[]) => void): readonly Command[] {
  /** The job, if its command can be divided. */
  const checked = <Job extends { readonly command: readonly string[]; readonly cpus: number }>({
    command: words,
    ...job
  }: Job) => {
    if (words.some((word) => /\p{Cc}/u.test(word))) {
      const message = "a word has a line break or another control character";
      throw new UsageError("E_ARGUMENT", message, { expected: "words of one line" });
    }
    check([...words, "--threads", String(job.cpus), "--shard", "1/1"]);
    return { ...job, words };
  };
  const output = (scheduler: string, { shards }: ArrayJob, content: string): CommandOutput => ({
    kind: "emit",
    document: { scheduler, shards, content },
    text: () => content,
  });
  return [
    defineCommand({
      path: ["emit", "slurm"],
      summary: "Write the script of a SLURM array job that divides a command's jobs",
      description,
      arguments: ["command"],
      options: shared,
      examples: [
        {
          command: "emit slurm --shards 20 -- leaderboard -o /shared/results",
          summary: "Pipe it to sbatch",
        },
      ],
      run({ io }, choice) {
        const job = checked(choice);
        return output("slurm", job, slurmScript(job, io.program));
      },
    }),
    defineCommand({
      path: ["emit", "kubernetes"],
      summary: "Write the manifest of an indexed Kubernetes job that divides a command's jobs",
      description,
      arguments: ["command"],
      options: shared.extend(containerOptions),
      examples: [
        {
          command: "emit kubernetes --shards 20 --image interpbench --claim results -- leaderboard",
          summary: "Pipe it to kubectl apply -f -",
        },
      ],
      run(_, choice) {
        const job = checked(choice);
        return output("kubernetes", job, kubernetesManifest(job));
      },
    }),
  ];
}
