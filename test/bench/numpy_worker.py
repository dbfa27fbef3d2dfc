"""The same work in numpy: answers one JSON line per JSON line.

Arrays are made once by `make` and kept by name; every other answer holds the seconds that the work took.
"""

import json
import sys
import time

import numpy as np

arrays = {}


def make(name, rows, cols, seed):
    arrays[name] = np.random.default_rng(seed).standard_normal((rows, cols), dtype=np.float32)


def best(scores, k):
    """The k best of each row with their places, best first."""
    places = np.argpartition(scores, -k, axis=1)[:, -k:]
    values = np.take_along_axis(scores, places, axis=1)
    order = np.argsort(-values, axis=1)
    return np.take_along_axis(places, order, axis=1), np.take_along_axis(values, order, axis=1)


def top(x, e, k):
    return best(arrays[x] @ arrays[e].T, k)


def scan(x, e, k, batch):
    """Best and worst k and the four moments of every row, in batches that fit into memory."""
    results = []
    for start in range(0, len(arrays[x]), batch):
        scores = arrays[x][start : start + batch] @ arrays[e].T
        apart = scores - scores.mean(axis=1, keepdims=True)
        square = apart * apart
        moments = [
            scores.mean(axis=1),
            square.mean(axis=1),
            (square * apart).mean(axis=1),
            (square * square).mean(axis=1),
        ]
        results.append((best(scores, k), best(-scores, k), moments))
    return results


def search(file, token, k):
    """The k best rows of a GPT-2 for a token: every matrix is read and multiplied with the token's embedding."""
    with open(file, "rb") as source:
        length = int.from_bytes(source.read(8), "little")
        header = json.loads(source.read(length))

        def tensor(name):
            entry = header[name]
            start, end = entry["data_offsets"]
            dtype = {"F32": np.float32, "F16": np.float16}[entry["dtype"]]
            source.seek(8 + length + start)
            count = (end - start) // np.dtype(dtype).itemsize
            return np.fromfile(source, dtype, count).reshape(entry["shape"]).astype(np.float32, copy=False)

        (embedding,) = (name for name in header if name.endswith("wte.weight"))
        x = tensor(embedding)[token]
        scores = []
        for name in sorted(header, key=lambda each: header[each].get("data_offsets", [0])[0]):
            if name.endswith(("c_attn.weight", "c_fc.weight")):
                scores.append(x @ tensor(name))
            elif name.endswith("c_proj.weight"):
                scores.append(tensor(name) @ x)
        return best(np.concatenate(scores)[np.newaxis], k)


def header_of(file):
    """The header of a safetensors file, and where its data begins."""
    with open(file, "rb") as source:
        length = int.from_bytes(source.read(8), "little")
        return json.loads(source.read(length)), 8 + length


def tensor_of(file, ending):
    """A matrix of a safetensors file in float32, by the ending of its name."""
    header, begin = header_of(file)
    (entry,) = (header[name] for name in header if name.endswith(ending))
    start, end = entry["data_offsets"]
    dtype = {"F32": np.float32, "F16": np.float16}[entry["dtype"]]
    count = (end - start) // np.dtype(dtype).itemsize
    stored = np.fromfile(file, dtype, count, offset=begin + start)
    return stored.reshape(entry["shape"]).astype(np.float32, copy=False)


def read(file, row, k, kept):
    """Best and worst k of one row of a GPT-2; `kept`: the embedding that was read before serves again."""
    if not kept or "embedding" not in arrays:
        arrays["embedding"] = tensor_of(file, "wte.weight")
    x = tensor_of(file, "h.0.mlp.c_proj.weight")[row]
    scores = (arrays["embedding"] @ x)[np.newaxis]
    return best(scores, k), best(-scores, k)


def keep_head(rows, columns, folder):
    arrays["rows"], arrays["columns"] = (np.ascontiguousarray(side, np.float32) for side in (rows, columns))
    for name in ("rows", "columns"):
        arrays[name].tofile(f"{folder}/{name}.f32")


def trained_head(file, layer, head, width, tokens, folder):
    """The factors of a GPT-2's head, its tokens drawn again with noise until there are as many as asked."""
    embedding = tensor_of(file, "wte.weight")
    values = tensor_of(file, f"h.{layer}.attn.c_attn.weight")[:, 2 * embedding.shape[1] :]
    part = slice(head * width, (head + 1) * width)
    outputs = tensor_of(file, f"h.{layer}.attn.c_proj.weight")[part]
    random = np.random.default_rng(1)

    def stretched(factor):
        drawn = factor[np.arange(tokens) % len(factor)]
        noise = random.standard_normal(drawn.shape, dtype=np.float32)
        lengths = np.linalg.norm(drawn, axis=1, keepdims=True)
        return drawn + 0.3 * noise * lengths / np.sqrt(width)

    keep_head(stretched(embedding @ values[:, part]), stretched(embedding @ outputs.T), folder)


def random_head(width, tokens, folder):
    random = np.random.default_rng(2)
    keep_head(*(random.standard_normal((tokens, width), dtype=np.float32) for _ in range(2)), folder)


def pairs(k, tile):
    """The k best pairs of all rows and columns, tile by tile: only scores above the k-th best so far are looked at."""
    rows, columns = arrays["rows"], arrays["columns"].T
    scores, places = np.empty(0, np.float32), np.empty(0, np.int64)
    least = -np.inf
    for start in range(0, len(rows), tile):
        block = (rows[start : start + tile] @ columns).ravel()
        found = np.flatnonzero(block > least)
        if len(found) > k:
            found = found[np.argpartition(block[found], -k)[-k:]]
        scores = np.concatenate([scores, block[found]])
        places = np.concatenate([places, found + start * columns.shape[1]])
        if len(scores) > k:
            kept = np.argpartition(scores, -k)[-k:]
            scores, places = scores[kept], places[kept]
        least = scores.min() if len(scores) == k else -np.inf
    order = np.argsort(-scores)
    return places[order], scores[order]


def align(a, b):
    """Both measures of every pair of layers of two GPT-2s, FF values, by the kernels of their embeddings."""
    embed_a, embed_b = tensor_of(a, "wte.weight"), tensor_of(b, "wte.weight")
    embed_a, embed_b = embed_a - embed_a.mean(axis=0), embed_b - embed_b.mean(axis=0)
    tokens = len(embed_a)
    kernel_a, kernel_b = embed_a.T @ embed_a / tokens, embed_b.T @ embed_b / tokens
    cross = embed_a.T @ embed_b / tokens
    layers = sum(name.endswith("mlp.c_proj.weight") for name in header_of(a)[0])

    def deviations(rows, kernel):
        return np.sqrt(((rows @ kernel) * rows).sum(axis=1, keepdims=True))

    right = [tensor_of(b, f"h.{layer}.mlp.c_proj.weight") for layer in range(layers)]
    right = [rows / deviations(rows, kernel_b) for rows in right]
    best, mean = np.zeros((layers, layers)), np.zeros((layers, layers))
    for i in range(layers):
        rows = tensor_of(a, f"h.{i}.mlp.c_proj.weight")
        left = (rows @ cross) / deviations(rows, kernel_a)
        for j in range(layers):
            rho = left @ right[j].T
            np.abs(rho, out=rho)
            best[i, j] = (rho.max(axis=1).mean() + rho.max(axis=0).mean()) / 2
            mean[i, j] = rho.mean()
    return best, mean


def assignment(a, b):
    """The assignment of largest sum; nothing where there is no scipy."""
    try:
        from scipy.optimize import linear_sum_assignment
    except ImportError:
        return None
    return linear_sum_assignment(-np.abs(arrays[a] @ arrays[b].T))


def torch_read(file, layers, threads):
    """A GPT-2's weights as tensors of torch, and the threads that it may use."""
    import torch

    torch.set_num_threads(threads)
    names = ["wte", "wpe", "ln_f"]
    parts = ["ln_1", "attn.c_attn", "attn.c_proj", "ln_2", "mlp.c_fc", "mlp.c_proj"]
    names += [f"h.{layer}.{part}" for layer in range(layers) for part in parts]
    arrays["torch"] = {name: torch.from_numpy(tensor_of(file, f"{name}.weight").copy()) for name in names}


def torch_pass(ids, layers, heads):
    """Its states after the final norm, as transformers' modelling file computes them without gradients."""
    import torch
    import torch.nn.functional as F

    weights, ids = arrays["torch"], torch.tensor(ids)
    texts, tokens = ids.shape
    with torch.inference_mode():
        x = weights["wte"][ids] + weights["wpe"][:tokens]
        width = x.shape[-1]

        def norm(x, name):
            return F.layer_norm(x, (width,), weights[name], eps=1e-5)

        for layer in range(layers):
            at = f"h.{layer}"
            joint = norm(x, f"{at}.ln_1") @ weights[f"{at}.attn.c_attn"]
            q, k, v = (part.view(texts, tokens, heads, -1).transpose(1, 2) for part in joint.split(width, -1))
            mixed = F.scaled_dot_product_attention(q, k, v, is_causal=True).transpose(1, 2).reshape(texts, tokens, width)
            x = x + mixed @ weights[f"{at}.attn.c_proj"]
            fed = F.gelu(norm(x, f"{at}.ln_2") @ weights[f"{at}.mlp.c_fc"], approximate="tanh")
            x = x + fed @ weights[f"{at}.mlp.c_proj"]
        return norm(x, "ln_f")


WORK = {
    "torch_read": torch_read,
    "torch_pass": torch_pass,
    "make": make,
    "top": top,
    "scan": scan,
    "search": search,
    "read": read,
    "trained_head": trained_head,
    "random_head": random_head,
    "pairs": pairs,
    "align": align,
    "assignment": assignment,
}

for line in sys.stdin:
    request = json.loads(line)
    work = WORK[request.pop("work")]
    begun = time.perf_counter()
    work(**request)
    print(json.dumps({"seconds": time.perf_counter() - begun}), flush=True)
