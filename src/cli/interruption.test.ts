import { describe, expect, it } from "vitest";
import { z } from "zod";
import { Interrupted } from "../jobs/interrupt.ts";
import { defineCommand } from "./command.ts";
import { echoCommands } from "./commands.testing.ts";
import { memoryIo, runWith } from "./io.testing.ts";
import { runCli } from "./run.ts";

describe("an interruption", () => {
  const interruptible = (work: (signal: AbortSignal) => Promise<void>, saved: string[]) =>
    defineCommand({
      path: ["work"],
      summary: "Work",
      options: z.object({}),
      async run({ signal, onInterrupt }) {
        onInterrupt(() => {
          saved.push("first registered");
        });
        onInterrupt(async () => {
          saved.push("last registered");
        });
        onInterrupt(() => {
          saved.push("taken back");
        })();
        await work(signal);
        return { kind: "work", document: {}, text: () => "done\n" };
      },
    });

  async function interruptRun(work: (signal: AbortSignal) => Promise<void>) {
    const saved: string[] = [];
    const controller = new AbortController();
    const { io, written } = memoryIo({ signal: controller.signal });
    const commands = { commands: [interruptible(work, saved)], groups: {} };
    const running = runCli(["work"], io, commands);
    setTimeout(() => controller.abort(), 5);
    return { exitCode: await running, saved, ...written };
  }

  it("runs the handlers, the last first, and exits with 130", async () => {
    const result = await interruptRun(async (signal) => {
      while (!signal.aborted) await new Promise((resolve) => setTimeout(resolve, 1));
      throw signal.reason;
    });
    expect(result).toEqual({
      exitCode: 130,
      saved: ["last registered", "first registered"],
      stdout: "",
      stderr: "interrupted\n",
    });
  });

  it("is the same for work that stops with Interrupted", async () => {
    const { exitCode } = await interruptRun(async (signal) => {
      while (!signal.aborted) await new Promise((resolve) => setTimeout(resolve, 1));
      throw new Interrupted();
    });
    expect(exitCode).toBe(130);
  });

  it("does not take back what is finished", async () => {
    const { exitCode, stdout } = await interruptRun(async (signal) => {
      while (!signal.aborted) await new Promise((resolve) => setTimeout(resolve, 1));
    });
    expect([exitCode, stdout]).toEqual([0, "done\n"]);
  });

  it("before the start does nothing", async () => {
    const controller = new AbortController();
    controller.abort();
    const { exitCode, stdout } = await runWith(echoCommands, ["greet", "Ada"], {
      signal: controller.signal,
    });
    expect([exitCode, stdout]).toEqual([130, ""]);
  });
});
