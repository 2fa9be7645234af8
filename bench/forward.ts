import type { DiscoveryTask } from "../src/discovery/index.ts";
import { type Backend, compile, sampleInput } from "../src/engine/index.ts";
import { forward, parameterTensors, usedInputs } from "../src/transformer/index.ts";

/** The forward pass on a task's clean inputs, compiled once. */
export function prepareForward(
  { transformer: { config, weights }, positions, rows, cleanTokens }: DiscoveryTask,
  backend: Backend,
): () => void {
  const tokens = sampleInput("tokens", [positions]);
  const { logits } = forward(config, parameterTensors(config), tokens);
  const program = compile({ outputs: { logits } });
  const executable = backend.load(program);
  const inputs = {
    ...Object.fromEntries([...weights].map(([key, { data }]) => [key, data])),
    tokens: Float32Array.from(cleanTokens),
  };
  const request = { batch: rows, inputs: usedInputs(program, inputs) };
  return () => {
    executable.run(request);
  };
}
