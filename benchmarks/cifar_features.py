"""Descriptors of CIFAR-10 by the image backbone adapted to it, made once and kept in the platform's cache folder.

The papers train the whole of a network that knows ImageNet for every code length and method. Here that network,
EfficientNet-Lite0 on pictures enlarged to 128 x 128, is trained once, to classify 4,000 of the 5,000 training pictures,
and all methods get the same features of it. The 1,000 held back are what settings are chosen by.

    python -m benchmarks.cifar_features        makes everything, some minutes
"""

from __future__ import annotations

import math
import os
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

import photohash.nets.efficientnet
from benchmarks import cifar_pictures
from benchmarks.cifar_pictures import CLASSES, Arrays, Pictures, Split, kept, pictures, split
from photohash.learn.batches import moved
from photohash.nets.describe import planes
from photohash.nets.efficientnet import DEVIATION, MEAN, WIDTH, EfficientNetLite0, ImageBackbone

SIDE = 128
FROZEN = 5  # first blocks, which stay as they are: half of the work of training
EPOCHS, BATCH = 6, 32
RATE, CLASSIFIER_RATE = 2e-4, 2e-3
SMOOTHING = 0.1  # of the labels
VIEWS = 6  # of each training picture: itself, and mirrored and shifted copies
AT_ONCE = 16  # pictures described
SOURCES = (Path(__file__), Path(cifar_pictures.__file__), Path(photohash.nets.efficientnet.__file__))


def descriptors() -> NDArray[np.float16]:
    """The descriptor of every picture, float16 (60000, 1280)."""
    return kept("descriptors", lambda: {"descriptors": describe(network(), pictures().pixels)}, *SOURCES)["descriptors"]


def views() -> NDArray[np.float16]:
    """The descriptors of views of the training pictures of `split`, float16 (5000, views, 1280); the first is plain."""

    def make() -> Arrays:
        net, shown, random = network(), pictures(), np.random.default_rng(0)
        pixels = shown.pixels[split(shown.labels).training]
        seen = [pixels, *(moved(pixels, random) for _ in range(VIEWS - 1))]
        return {"views": np.stack([describe(net, each) for each in seen], axis=1)}

    return kept("views", make, *SOURCES)["views"]


def network() -> EfficientNetLite0:
    """The backbone adapted to CIFAR-10."""

    def make() -> Arrays:
        shown = pictures()
        net = adapted(shown, split(shown.labels))
        return {name: value.numpy() for name, value in net.state_dict().items()}

    net = EfficientNetLite0()
    net.load_state_dict({name: torch.from_numpy(value) for name, value in kept("network", make, *SOURCES).items()})
    return net.eval().to(memory_format=torch.channels_last)


def adapted(shown: Pictures, chosen: Split) -> EfficientNetLite0:
    """Train the backbone to classify the training pictures that are not held back; batch norms stay folded."""
    torch.manual_seed(0)
    net, classifier = ImageBackbone("cpu").net, nn.Linear(WIDTH, len(CLASSES))
    learning = nn.ModuleList([net.blocks[FROZEN:], net.head]).requires_grad_(True)
    rates = [RATE, CLASSIFIER_RATE]
    optimiser = torch.optim.AdamW([{"params": part.parameters()} for part in (learning, classifier)])
    training = chosen.training[~chosen.held]
    per_epoch = len(training) // BATCH
    for step in range(EPOCHS * per_epoch):
        random = np.random.default_rng((0, step))
        order = np.random.default_rng((1, step // per_epoch)).permutation(training)
        rows = order[step % per_epoch * BATCH :][:BATCH]
        for group, rate in zip(optimiser.param_groups, rates, strict=True):
            group["lr"] = rate * 0.5 * (1 + math.cos(math.pi * step / (EPOCHS * per_epoch)))
        scores = classifier(features(net, moved(shown.pixels[rows], random)))
        loss = functional.cross_entropy(scores, torch.from_numpy(shown.labels[rows]), label_smoothing=SMOOTHING)
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        if (step + 1) % per_epoch == 0:
            held = chosen.training[chosen.held]
            right = right_share(net, classifier, shown.pixels[held], shown.labels[held])
            print(f"epoch {(step + 1) // per_epoch}: loss {loss.item():.3f}, held back {right:.3f} right", flush=True)
    return net.requires_grad_(False)


def right_share(
    net: EfficientNetLite0, classifier: nn.Linear, pixels: NDArray[np.uint8], labels: NDArray[np.int64]
) -> float:
    """The share of pictures that the classifier puts into their class."""
    with torch.inference_mode():
        scores = classifier(torch.from_numpy(describe(net, pixels)).float())
    return float((scores.argmax(1).numpy() == labels).mean())


def features(net: EfficientNetLite0, pixels: NDArray[np.uint8]) -> Tensor:
    """Pictures uint8 (n, 32, 32, 3) enlarged and described, (n, 1280); the first blocks take no gradient."""
    with torch.no_grad():
        large = functional.interpolate(planes(pixels), (SIDE, SIDE), mode="bilinear").float()
        maps = functional.relu6(net.stem((large - 255 * MEAN) / (255 * DEVIATION)))
        maps = net.blocks[:FROZEN](maps)
    maps = functional.relu6(net.head(net.blocks[FROZEN:](maps)))
    return maps.mean(dim=(2, 3))


def describe(net: EfficientNetLite0, pixels: NDArray[np.uint8]) -> NDArray[np.float16]:
    """The descriptors of pictures uint8 (n, 32, 32, 3), float16 (n, 1280), with a thread for each core.

    In bfloat16, which takes three fifths of the time of float32; a small batch on one thread each is the quickest.
    """

    @torch.inference_mode()
    def part(at: int) -> NDArray[np.float16]:
        torch.set_num_threads(1)  # of this thread alone
        with torch.autocast("cpu", torch.bfloat16):
            described: NDArray[np.float16] = features(net, pixels[at : at + AT_ONCE]).half().numpy()
        return described

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return np.concatenate(list(pool.map(part, range(0, len(pixels), AT_ONCE))))


def main() -> None:
    start = time.perf_counter()
    for name, make in (("pictures", pictures), ("network", network), ("views", views), ("descriptors", descriptors)):
        make()
        print(f"{name}: {time.perf_counter() - start:.0f} s", flush=True)


if __name__ == "__main__":
    main()
