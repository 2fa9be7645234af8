# /// script
# requires-python = ">=3.9"
# dependencies = ["torch"]
# ///
"""Circuit discovery of bench/sections/discovery.ts in PyTorch, as its libraries do it.

Every reader adds up what its writers carry, and a mask on each edge replaces a writer's output by that of
the corrupted run: one matrix product for each sublayer, a forward pass for each trial.

A small server: `torch_discovery.py THREADS`. It greets with {"torch": version}. Every line it reads is
a request {"task": ..., "work": ..., "seconds": ...}: it does the work for about that long, once at least,
and answers {"times": [...], "result": ...}, the milliseconds of each run and what the last one found.
A task is kept until another name is asked for.
"""

import json
import math
import struct
import sys
import time
from pathlib import Path

import torch

ACTIVATIONS = {
    "gelu": torch.nn.functional.gelu,
    "gelu_new": lambda x: torch.nn.functional.gelu(x, approximate="tanh"),
    "relu": torch.relu,
}


def read_safetensors(path):
    data = bytearray(Path(path).read_bytes())
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + length])
    tensors = {}
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        if entry["dtype"] != "F32":
            raise ValueError(f"{name} is {entry['dtype']}, not F32")
        begin, end = entry["data_offsets"]
        flat = torch.frombuffer(data, dtype=torch.float32, count=(end - begin) // 4, offset=8 + length + begin)
        tensors[name] = flat.reshape(entry["shape"])
    return tensors


class Task:
    """A model, pairs of inputs, and the edges in the order in which results are listed."""

    def __init__(self, given):
        folder = Path(given["folder"])
        self.config = json.loads((folder / "config.json").read_text())
        if self.config["normalization_type"] is not None:
            raise ValueError("models with layer norm are not made here")
        self.weights = read_safetensors(folder / "model.safetensors")
        self.layers, self.heads = self.config["n_layers"], self.config["n_heads"]
        self.activation = ACTIVATIONS[self.config["act_fn"]]
        self.clean, self.corrupted = (torch.tensor(given[run]) for run in ("clean", "corrupted"))
        self.positions = given["positions"]
        self.categorical = given["categorical"]
        self.targets = torch.tensor(given["targets"])[:, self.positions]
        self.corrupted_targets = torch.tensor(given["corruptedTargets"])[:, self.positions]
        self.row_weights = torch.tensor(given["rowWeights"], dtype=torch.float64)
        self.edges = given["edges"]
        self.order = given["order"]
        self.threshold = given["threshold"]
        positions = self.clean.shape[1]
        is_causal = self.config["attention_dir"] == "causal"
        self.hidden = torch.ones(positions, positions, dtype=torch.bool).triu(1) if is_causal else None

    def forward(self, tokens, masks=None, corrupted=None, inputs=None):
        """Logits, and what each writer carries, [writer, row, position, width].

        `masks[reader, writer]` is 1 where an edge carries the corrupted run's value. What readers read is
        added to `inputs`, by sublayer [reader, row, position, width].
        """
        w = self.weights
        written = [w["embed.W_E"][tokens] + w["pos_embed.W_pos"][: tokens.shape[1]]]
        stream, reader = written[0], 0

        def read(count):
            nonlocal reader
            given = stream.expand(count, *stream.shape)
            if masks is not None:
                own = masks[reader : reader + count, : len(written)]
                change = corrupted[: len(written)] - torch.stack(written)
                given = given + torch.einsum("dw,wbpm->dbpm", own, change)
            if inputs is not None:
                given = given.clone()
                inputs.append(given)
            reader += count
            return given

        for layer in range(self.layers):
            at = f"blocks.{layer}"
            given = read(3 * self.heads).unflatten(0, (self.heads, 3))
            q, k, v = (
                torch.einsum("hbpm,hme->bhpe", given[:, i], w[f"{at}.attn.W_{n}"])
                + w[f"{at}.attn.b_{n}"].unsqueeze(1)
                for i, n in enumerate("QKV")
            )
            scores = q @ k.transpose(-1, -2) / math.sqrt(self.config["d_head"])
            if self.hidden is not None:
                scores = scores.masked_fill(self.hidden, -math.inf)
            heads = torch.einsum("bhpe,hem->hbpm", torch.softmax(scores, -1) @ v, w[f"{at}.attn.W_O"])
            written.extend(heads)
            stream = stream + heads.sum(0) + w[f"{at}.attn.b_O"]
            given = read(1)[0]
            hidden = self.activation(given @ w[f"{at}.mlp.W_in"] + w[f"{at}.mlp.b_in"])
            written.append(hidden @ w[f"{at}.mlp.W_out"] + w[f"{at}.mlp.b_out"])
            stream = stream + written[-1]
        logits = read(1)[0] @ w["unembed.W_U"] + w["unembed.b_U"]
        return logits[:, self.positions], written

    def mean(self, rows):
        return (rows * self.row_weights.to(rows.dtype)).sum()

    def loss(self, logits):
        """Cross-entropy, added up over positions, or the squared distance from the targets less that from
        the corrupted run's."""
        if self.categorical:
            surprise = torch.nn.functional.cross_entropy
            return self.mean(surprise(logits.transpose(1, 2), self.targets, reduction="none").sum(1))
        run = logits.squeeze(-1)
        squares = (run - self.targets) ** 2 - (run - self.corrupted_targets) ** 2
        return self.mean(squares.mean(1))

    def distance(self, logits, clean):
        """How far outputs are from the clean ones: KL divergence, or the mean squared difference."""
        logits, clean = logits.double(), clean.double()
        if self.categorical:
            log_p, log_q = torch.log_softmax(clean, -1), torch.log_softmax(logits, -1)
            return self.mean((log_p.exp() * (log_p - log_q)).sum(-1).mean(1))
        return self.mean(((logits - clean) ** 2).mean((1, 2)))

    def no_masks(self):
        return torch.zeros(self.layers * (3 * self.heads + 1) + 1, 1 + self.layers * (self.heads + 1))


def forward(task):
    with torch.no_grad():
        task.forward(task.clean)


def eap(task):
    """⟨corrupted(u) − clean(u), ∂loss/∂in(v)⟩ of every edge: two forward passes and a backward one."""
    with torch.no_grad():
        corrupted = torch.stack(task.forward(task.corrupted)[1])
    inputs = []
    embedding = task.weights["embed.W_E"].requires_grad_()
    logits, written = task.forward(task.clean, inputs=inputs)
    slopes = torch.autograd.grad(task.loss(logits), inputs)
    embedding.requires_grad_(False)
    with torch.no_grad():
        change = corrupted - torch.stack(written)
        scores = torch.einsum("dbpm,wbpm->dw", torch.cat(slopes), change)
    return [scores[reader, writer].item() for writer, reader in task.edges]


def trials(task):
    """The clean outputs, and the distance that masks lead to."""
    corrupted = torch.stack(task.forward(task.corrupted)[1])
    clean, _ = task.forward(task.clean)
    return lambda masks: task.distance(task.forward(task.clean, masks, corrupted)[0], clean).item()


def exact(task):
    with torch.no_grad():
        measure, masks, effects = trials(task), task.no_masks(), []
        for writer, reader in task.edges:
            masks[reader, writer] = 1
            effects.append(measure(masks))
            masks[reader, writer] = 0
        return effects


def acdc(task):
    """Removes edges, from the output backwards, while that adds less than a threshold."""
    with torch.no_grad():
        measure, masks, kept = trials(task), task.no_masks(), []
        now = 0.0
        for edge in task.order:
            writer, reader = task.edges[edge]
            masks[reader, writer] = 1
            after = measure(masks)
            if after - now < task.threshold:
                now = after
            else:
                masks[reader, writer] = 0
                kept.append(edge)
        return sorted(kept)


WORKS = {"forward": forward, "eap": eap, "exact": exact, "acdc": acdc}


def serve():
    name, task = None, None
    print(json.dumps({"torch": torch.__version__}), flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        if request["task"]["name"] != name:
            name, task = request["task"]["name"], Task(request["task"])
        work, times = WORKS[request["work"]], []
        end = time.perf_counter() + request["seconds"]
        while not times or time.perf_counter() < end:
            start = time.perf_counter()
            result = work(task)
            times.append((time.perf_counter() - start) * 1000)
        print(json.dumps({"times": times, "result": result}), flush=True)


if __name__ == "__main__":
    torch.set_num_threads(int(sys.argv[1]))
    serve()
