import { afterAll, describe, expect, it } from "vitest";
import { type BackendChoice, hasNativeKernels, openBackend } from "../index.node.ts";
import * as e from "../index.ts";

const BATCH = 200;

/** Enough work for several threads: a hidden layer with gradients, and per-sample outputs. */
function program() {
  const x = e.sampleInput("x", [8, 40]);
  const w = e.parameter("w", [40, 60]);
  const hidden = e.gelu(e.einsum("pd,dh->ph", x, w));
  const loss = e.batchMean(e.sum(e.square(hidden)));
  const [gradient] = e.gradients(loss, [w]);
  return e.compile({ outputs: { loss, gradient: gradient!, hidden } });
}

/** Comparing as bytes is exact, and fast for long arrays. */
const bytesOf = (values: e.Values) =>
  Buffer.from(values.buffer, values.byteOffset, values.byteLength);

const inputs = {
  x: Float32Array.from({ length: BATCH * 320 }, (_, i) => Math.sin(i)),
  w: Float32Array.from({ length: 2400 }, (_, i) => Math.cos(i) / 8),
};

for (const name of hasNativeKernels() ? (["wasm", "native"] as const) : (["wasm"] as const)) {
  describe(`${name} on several threads`, async () => {
    const counts = [1, 2, 3, 16];
    const backends = await Promise.all(counts.map((threads) => openBackend(name, { threads })));
    afterAll(() => {
      for (const backend of backends) backend.dispose();
    });

    it("gives the same bits for any number of threads, again and again", () => {
      const [one, ...more] = backends.map((backend) => backend.load(program()));
      const expected = one!.run({ batch: BATCH, inputs });
      for (const executable of more) {
        for (let i = 0; i < 20; i++) {
          const received = executable.run({ batch: BATCH, inputs });
          for (const name of ["loss", "gradient", "hidden"] as const) {
            expect(bytesOf(received[name]).equals(bytesOf(expected[name])), name).toBe(true);
          }
        }
      }
    });

    it("does so in every run of a call, large or small", () => {
      const batches = [BATCH, 16, BATCH - 3];
      const gradients = backends.map((backend) => {
        const executable = backend.load(program());
        const runs = batches.map((batch) => ({
          executable,
          options: { batch, inputs: { ...inputs, x: inputs.x.subarray(0, batch * 320) } },
        }));
        return backend.runAll(runs).map(({ gradient }) => [...gradient]);
      });
      for (const received of gradients) expect(received).toEqual(gradients[0]);
    });
  });
}

describe("openBackend", () => {
  it("refuses a number of threads below one", async () => {
    await expect(openBackend("wasm", { threads: 0 })).rejects.toThrow("whole number of threads");
  });

  it("suggests the nearest backend", async () => {
    const unknown = "wams" as "wasm";
    await expect(openBackend(unknown)).rejects.toMatchObject({ hint: 'Did you mean "wasm"?' });
  });

  it("refuses what is no name of a backend, whatever objects call their own", async () => {
    const hint = 'Known: "auto", "native", "wasm", "reference".';
    for (const name of ["constructor", "__proto__", "toString"]) {
      const opened = openBackend(name as BackendChoice);
      await expect(opened).rejects.toMatchObject({ code: "E_BACKEND", hint });
      const variant = name as "simd";
      await expect(e.wasmBackend({ variant })).rejects.toMatchObject({ code: "E_BACKEND" });
    }
  });
});
