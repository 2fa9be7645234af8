import { describe, expect, it } from "vitest";
import { createProgress, type Progress } from "../../report/index.ts";
import { type ProgressMessage, receivedProgress, sentProgress } from "./progress.ts";

/** What a run of `work` writes: at once, and by way of messages that are only data. */
function writtenBy(work: (progress: Progress, clock: { ms: number }) => void) {
  const direct: string[] = [];
  const remote: string[] = [];
  const messages: ProgressMessage[] = [];
  for (const written of [direct, remote]) {
    const clock = { ms: 0 };
    const now = () => clock.ms;
    const progress = createProgress({ mode: "json", write: (text) => written.push(text), now });
    const receiver = receivedProgress(progress);
    const sent = sentProgress((message) => {
      messages.push(message);
      receiver.receive(structuredClone(message));
    }, now);
    work(written === direct ? progress : sent, clock);
  }
  return { direct, remote, messages };
}

describe("progress that is sent to the main thread", () => {
  it("is written there as if it had been made there", () => {
    const { direct, remote } = writtenBy((progress, clock) => {
      progress.note("noted");
      const jobs = ["3", "4"].map((id) => progress.begin(`acdc ${id}`, { unit: "edges", done: 1 }));
      clock.ms = 1000;
      jobs[1]!.update(3, { loss: 0.5 });
      clock.ms = 2000;
      jobs[1]!.update(4, { acc: 1 });
      jobs[0]!.finish("4 edges left");
      jobs[1]!.fail("E_DATA: odd");
      progress.warn("odd");
    });
    expect(direct).toHaveLength(8);
    expect(remote).toEqual(direct);
  });

  it("sends an update every tenth of a second at most, and the last one in any case", () => {
    const { messages, remote } = writtenBy((progress, clock) => {
      const job = progress.begin("acdc 3");
      for (clock.ms = 1; clock.ms <= 950; clock.ms++) job.update(clock.ms, { [clock.ms % 2]: 7 });
      job.finish();
    });
    expect(messages.map(({ kind }) => kind)).toEqual([
      "begin",
      ...Array.from({ length: 10 }, () => "update"),
      "finish",
    ]);
    expect(JSON.parse(remote.at(-1)!)).toMatchObject({ done: 950, numbers: { 0: 7, 1: 7 } });
  });
});

describe("a worker that ends too early", () => {
  it("lets its open jobs fail, and no others", () => {
    const events: string[] = [];
    const write = (text: string) => events.push(text);
    const receiver = receivedProgress(createProgress({ mode: "plain", write }));
    for (const [job, name] of ["acdc 3", "acdc 4"].entries()) {
      receiver.receive({ kind: "begin", job, name, options: {} });
    }
    receiver.receive({ kind: "fail", job: 0, message: "E_DATA: odd" });
    receiver.failAll("gone");
    receiver.failAll("gone");
    expect(events).toEqual(["✗ acdc 3  E_DATA: odd\n", "✗ acdc 4  gone\n"]);
  });
});
