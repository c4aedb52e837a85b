from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
import skimage.data
import torch
from numpy.typing import NDArray
from PIL import Image

from photohash.nets import efficientnet
from photohash.nets.efficientnet import SIDE, WIDTH, ImageBackbone, fit, margins
from photohash.types import UserError


@pytest.fixture(scope="module")
def backbone() -> ImageBackbone:
    return ImageBackbone("cpu", batch=2)


def hopper() -> NDArray[np.uint8]:
    spec = find_spec("matplotlib")
    assert spec is not None
    assert spec.origin is not None
    with Image.open(Path(spec.origin).parent / "mpl-data/sample_data/grace_hopper.jpg") as photo:
        return np.asarray(photo.convert("RGB"))  # not writable, as a decoder may hand them out


# ImageNet's classes: Egyptian cat, espresso, military uniform, (rocket) missile.
@pytest.mark.parametrize(
    ("name", "classes", "ranks"),
    [("chelsea", {285}, 1), ("coffee", {967}, 1), ("hopper", {652}, 1), ("rocket", {657}, 2)],
)
def test_photos_are_recognised(backbone: ImageBackbone, name: str, classes: set[int], ranks: int) -> None:
    photo = hopper() if name == "hopper" else getattr(skimage.data, name)()
    features = backbone.describe(fit(photo)[None])
    with torch.inference_mode():
        logits = backbone.net.classifier(torch.from_numpy(features).float())[0]
    assert classes <= set(logits.topk(ranks).indices.tolist())


def test_shapes_and_batches(backbone: ImageBackbone) -> None:
    pictures = np.stack([fit(photo) for photo in (skimage.data.coffee(), skimage.data.rocket(), hopper())])
    together = backbone.describe(pictures)
    assert together.dtype == np.float16
    assert together.shape == (3, WIDTH)
    alone = np.concatenate([backbone.describe(picture[None]) for picture in pictures])
    assert np.allclose(together.astype(np.float32), alone.astype(np.float32), atol=5e-3)
    assert backbone.describe(pictures[:0]).shape == (0, WIDTH)
    with pytest.raises(ValueError, match="224 x 224"):
        backbone.describe(pictures[:, :100])


def test_folding_changes_nothing() -> None:
    """A folded convolution against convolution and batch norm one after the other."""
    generator = torch.Generator().manual_seed(0)
    conv = efficientnet.Same(3, 4, 3, 2)
    state = {"c.weight": torch.randn(4, 3, 3, 3, generator=generator)}
    state |= {
        f"n.{name}": torch.rand(4, generator=generator) + 0.1
        for name in ("weight", "bias", "running_mean", "running_var")
    }
    efficientnet.fold(conv, state, "c", "n")
    maps = torch.randn(2, 3, 9, 8, generator=generator)
    framed = torch.nn.functional.pad(maps, (0, 1, 1, 1))  # 8 -> 4 lacks one column, 9 -> 5 two rows
    plain = torch.nn.functional.conv2d(framed, state["c.weight"], stride=2)
    normed = torch.nn.functional.batch_norm(
        plain, state["n.running_mean"], state["n.running_var"], state["n.weight"], state["n.bias"], eps=1e-3
    )
    assert torch.allclose(conv(maps), normed, atol=1e-5)


@pytest.mark.parametrize(
    ("size", "kernel", "stride", "expected"),
    [(224, 3, 2, (0, 1)), (112, 3, 1, (1, 1)), (56, 5, 2, (1, 2)), (9, 3, 2, (1, 1)), (7, 1, 1, (0, 0))],
)
def test_margins(size: int, kernel: int, stride: int, expected: tuple[int, int]) -> None:
    assert margins(size, kernel, stride) == expected


@pytest.mark.parametrize("shape", [(1, 1), (1, 3000), (224, 224), (600, 400), (50, 70)])
def test_fit_any_shape(shape: tuple[int, int]) -> None:
    grey = np.full((*shape, 3), 77, np.uint8)
    fitted = fit(grey)
    assert fitted.shape == (SIDE, SIDE, 3)
    assert fitted.dtype == np.uint8
    assert (fitted == 77).all()


def test_fit_averages_what_it_shrinks() -> None:
    stripes = np.zeros((896, 896, 3), np.uint8)
    stripes[:, ::2] = 200
    fitted = fit(stripes).astype(int)
    assert np.abs(fitted[:, 4:-4] - 100).max() <= 2
    photo = skimage.data.rocket()
    expected = np.asarray(Image.fromarray(photo).resize((SIDE, SIDE), Image.Resampling.BILINEAR)).astype(int)
    assert np.abs(fit(photo) - expected).max() <= 1


def test_fit_leaves_its_picture_alone() -> None:
    photo = skimage.data.rocket()
    before = photo.copy()
    fit(photo)
    assert np.array_equal(photo, before)


@pytest.mark.parametrize("content", [b"", b"no weights", b"PK\x03\x04"])
def test_damaged_weights(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "weights.pth").write_bytes(content)
    with pytest.raises(UserError, match="install photohash again"):
        efficientnet.load(tmp_path / "weights.pth")


def test_weights_of_another_network(tmp_path: Path) -> None:
    torch.save({"fc.weight": torch.zeros(1)}, tmp_path / "weights.pth")
    with pytest.raises(UserError, match="install photohash again"):
        efficientnet.load(tmp_path / "weights.pth")
