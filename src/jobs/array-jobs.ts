import { z } from "zod";
import { option } from "../discovery/index.ts";
import { shellWord } from "../flags/index.ts";

/** Kubernetes takes no other names. */
const label = z.string().regex(/^[a-z0-9]([a-z0-9-]{0,48}[a-z0-9])?$/, "a-z, 0-9 and dashes");

/** What users choose of an {@link ArrayJob}. */
export const arrayJobOptions = {
  shards: option(z.int().min(1).max(100_000), "Into how many parts the jobs are divided"),
  name: option(label.default("interpbench"), "Name of the array job"),
  cpus: option(z.int().min(1).max(256).default(1), "Processors of each part"),
  memory: option(z.int().min(1).max(4096).default(2), "Memory of each part", { unit: "GiB" }),
  minutes: option(z.int().min(1).optional(), "Time that each part may take", {
    unit: "minutes",
    defaultText: "as long as the cluster lets it",
  }),
};

/** What users choose besides of a {@link ContainerArrayJob}. */
export const containerOptions = {
  image: option(z.string().regex(/^[\w.:/@-]+$/, "the name of an image"), "Image of the package"),
  claim: option(label, "Persistent volume claim for the results, which all parts share"),
};

/** A command whose jobs are divided between the tasks of an array job. */
export interface ArrayJob {
  readonly name: string;
  /** How many tasks; each does one part. */
  readonly shards: number;
  /** The words of the command, which takes `--shard` and `--threads`. */
  readonly words: readonly string[];
  /** Processors of a task, and threads of the command. */
  readonly cpus: number;
  /** GiB of memory of a task. */
  readonly memory: number;
  /** Minutes that a task may take. Default: as long as the cluster lets it. */
  readonly minutes?: number | undefined;
}

/** An array job with what a container needs. */
export interface ContainerArrayJob extends ArrayJob {
  readonly image: string;
  /** The persistent volume claim that all tasks share; it becomes their working directory. */
  readonly claim: string;
}

/** The words with the threads that a task has. */
const wordsOf = ({ words, cpus }: ArrayJob) => [...words, "--threads", String(cpus)];

/**
 * The script of a SLURM array job, for `sbatch`. It starts in the folder in which it is submitted, with the program
 * called as `program`, a piece of shell text.
 */
export function slurmScript(job: ArrayJob, program: string): string {
  const { name, shards, cpus, memory, minutes } = job;
  const command = wordsOf(job).map(shellWord).join(" ");
  return `${[
    "#!/bin/sh",
    `#SBATCH --job-name=${name}`,
    `#SBATCH --array=1-${shards}`,
    `#SBATCH --cpus-per-task=${cpus}`,
    `#SBATCH --mem=${memory}G`,
    ...(minutes === undefined ? [] : [`#SBATCH --time=${minutes}`]),
    `exec ${program} ${command} --shard "$SLURM_ARRAY_TASK_ID/${shards}"`,
  ].join("\n")}\n`;
}

/** Where the image of the package works, and the number of its user. */
const WORKING_FOLDER = "/data";
const USER = 1000;

/** What a task runs: its number counts from 0. */
const TASK = 'exec node /app/dist/cli/main.js "$@" --shard "$((JOB_COMPLETION_INDEX + 1))/';

/**
 * The manifest of an indexed Kubernetes job, as JSON, for `kubectl apply -f`. A part that fails is tried once more, and
 * leaves the others as they are (Kubernetes 1.29 or later).
 */
export function kubernetesManifest(job: ContainerArrayJob): string {
  const { name, shards, cpus, memory, minutes, image, claim } = job;
  const resources = { cpu: String(cpus), memory: `${memory}Gi` };
  const container = {
    name,
    image,
    command: ["/bin/sh", "-c", `${TASK}${shards}"`, name].map(verbatim),
    args: wordsOf(job).map(verbatim),
    workingDir: WORKING_FOLDER,
    resources: { requests: resources, limits: resources },
    volumeMounts: [{ name: "data", mountPath: WORKING_FOLDER }],
  };
  const manifest = {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name },
    spec: {
      completionMode: "Indexed",
      completions: shards,
      parallelism: shards,
      backoffLimitPerIndex: 1,
      template: {
        spec: {
          restartPolicy: "Never",
          ...(minutes === undefined ? {} : { activeDeadlineSeconds: 60 * minutes }),
          securityContext: { runAsUser: USER, fsGroup: USER },
          containers: [container],
          volumes: [{ name: "data", persistentVolumeClaim: { claimName: claim } }],
        },
      },
    },
  };
  return `${JSON.stringify(manifest, undefined, 2)}\n`;
}

/** A text as Kubernetes is to be told it: it makes `$` of `$$`, and the value of a variable of `$(NAME)`. */
const verbatim = (text: string) => text.replaceAll("$", "$$$$");
