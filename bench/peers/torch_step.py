# /// script
# requires-python = ">=3.9"
# dependencies = ["torch"]
# ///
"""The training step of bench/step.ts in PyTorch, hand-written and without hooks.

A small server: `torch_step.py THREADS`. It greets with {"torch": version}. Every line it reads is a
request {"shape": ..., "seconds": ...}: it trains on the shape for about that long, one step at least,
and answers {"times": [...]}, the milliseconds of each step. The model is kept until another shape is
asked for.
"""

import json
import math
import sys
import time

import torch


def parameters(shape):
    names = ("nLayers", "nHeads", "dModel", "dHead", "dMlp", "positions", "vocabulary", "classes")
    layers, heads, width, head, hidden, positions, vocabulary, classes = (shape[n] for n in names)
    sizes = {"W_E": (vocabulary, width), "W_pos": (positions, width)}
    for layer in range(layers):
        for name in ("Q", "K", "V"):
            sizes[f"{layer}.W_{name}"] = (heads, width, head)
            sizes[f"{layer}.b_{name}"] = (heads, 1, head)
        sizes[f"{layer}.W_O"] = (heads, head, width)
        sizes[f"{layer}.b_O"] = (width,)
        sizes[f"{layer}.W_in"] = (width, hidden)
        sizes[f"{layer}.b_in"] = (hidden,)
        sizes[f"{layer}.W_out"] = (hidden, width)
        sizes[f"{layer}.b_out"] = (width,)
    sizes["W_U"] = (width, classes)
    sizes["b_U"] = (classes,)
    scale = 0.8 / math.sqrt(width)
    return {
        name: (torch.randn(size) * scale if "W_" in name else torch.zeros(size)).requires_grad_()
        for name, size in sizes.items()
    }


def forward(p, shape, tokens, mask):
    def norm(stream):
        if shape["normalization"] == "none":
            return stream
        return torch.nn.functional.layer_norm(stream, stream.shape[-1:], eps=1e-5)

    def activation(x):
        form = "tanh" if shape["actFn"] == "gelu_new" else "none"
        return torch.nn.functional.gelu(x, approximate=form)

    x = p["W_E"][tokens] + p["W_pos"]
    for layer in range(shape["nLayers"]):
        stream = norm(x).unsqueeze(1)
        q, k, v = (stream @ p[f"{layer}.W_{n}"] + p[f"{layer}.b_{n}"] for n in "QKV")
        scores = q @ k.transpose(-1, -2) / math.sqrt(shape["dHead"])
        pattern = torch.softmax(scores.masked_fill(mask, -math.inf), dim=-1)
        x = x + torch.einsum("bhpe,hed->bpd", pattern @ v, p[f"{layer}.W_O"]) + p[f"{layer}.b_O"]
        hidden = activation(norm(x) @ p[f"{layer}.W_in"] + p[f"{layer}.b_in"])
        x = x + hidden @ p[f"{layer}.W_out"] + p[f"{layer}.b_out"]
    final = norm(x if shape["classes"] == 1 else x[:, -1])
    return final @ p["W_U"] + p["b_U"]


def make_step(shape):
    p = parameters(shape)
    optimizer = torch.optim.Adam(p.values(), lr=1e-3, betas=(0.9, 0.9))
    batch, positions = shape["batch"], shape["positions"]
    classes = shape["classes"]
    tokens = torch.randint(shape["vocabulary"], (batch, positions))
    targets = torch.rand(batch, positions, 1) if classes == 1 else torch.randint(classes, (batch,))
    loss_of = torch.nn.functional.mse_loss if classes == 1 else torch.nn.functional.cross_entropy
    mask = torch.ones(positions, positions, dtype=torch.bool).triu(1)

    def step():
        optimizer.zero_grad()
        loss = loss_of(forward(p, shape, tokens, mask), targets)
        loss.backward()
        optimizer.step()

    return step


def times_of(step, seconds):
    times = []
    end = time.perf_counter() + seconds
    while not times or time.perf_counter() < end:
        start = time.perf_counter()
        step()
        times.append((time.perf_counter() - start) * 1000)
    return times


def serve():
    shape, step = None, None
    print(json.dumps({"torch": torch.__version__}), flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        if request["shape"] != shape:
            shape, step = request["shape"], None
            step = make_step(shape)
        print(json.dumps({"times": times_of(step, request["seconds"])}), flush=True)


if __name__ == "__main__":
    torch.manual_seed(0)
    torch.set_num_threads(int(sys.argv[1]))
    serve()
