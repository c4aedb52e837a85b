from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from photohash.nets import dlib_file, face_resnet
from photohash.nets.align import chips
from photohash.nets.describe import planes
from photohash.nets.face_resnet import EMBEDDING, FIFTH_STAGE, FOURTH_STAGE, SIDE, WIDTH, FaceBackbone, embedding
from photohash.nets.mtcnn import Mtcnn
from photohash.types import UserError


@pytest.fixture(scope="module")
def backbone() -> FaceBackbone:
    return FaceBackbone("cpu", batch=3)


def slopes_and_squares() -> np.ndarray:
    y, x = np.mgrid[:SIDE, :SIDE]
    return np.stack([x * 255 // 149, y * 255 // 149, (x // 10 + y // 10) % 2 * 200], -1).astype(np.uint8)


# What dlib 20.0.1 itself makes of the picture above and of its mirror image: first values, norm and sum.
DLIB = [
    ([-0.030542, 0.106, 0.103844, 0.003957, -0.104215, -0.047332, -0.046143, -0.009894, 0.086625], 1.251596, -0.452385),
    (
        [-0.030673, 0.101952, 0.075543, -0.003861, -0.082274, -0.058145, -0.041074, 0.005874, 0.123237],
        1.249144,
        -0.419502,
    ),
]


@pytest.mark.parametrize("mirrored", [False, True])
def test_the_embedding_is_dlibs(backbone: FaceBackbone, mirrored: bool) -> None:
    first, norm, total = DLIB[mirrored]
    chip = slopes_and_squares()[:, :: -1 if mirrored else 1]
    with torch.inference_mode():
        embedded = backbone.net.view(planes(chip[None]).float())[0, EMBEDDING].numpy()
    assert embedded[: len(first)] == pytest.approx(first, abs=2e-6)
    assert np.linalg.norm(embedded) == pytest.approx(norm, abs=2e-6)
    assert embedded.sum() == pytest.approx(total, abs=2e-5)


def test_a_descriptor_is_the_mean_of_a_chip_and_its_mirror_image(backbone: FaceBackbone) -> None:
    chip = slopes_and_squares()
    described = backbone.describe(np.stack([chip, chip[:, ::-1]]))
    assert described.dtype == np.float16
    assert described.shape == (2, WIDTH)
    assert np.array_equal(described[0], described[1])
    mean = (np.array(DLIB[0][0]) + np.array(DLIB[1][0])) / 2
    assert embedding(described)[0, : len(mean)] == pytest.approx(mean, abs=1e-3)


def test_the_layout(backbone: FaceBackbone) -> None:
    assert (EMBEDDING.stop, FOURTH_STAGE.stop, FIFTH_STAGE.stop) == (FOURTH_STAGE.start, FIFTH_STAGE.start, WIDTH)
    described = backbone.describe(slopes_and_squares()[None]).astype(np.float32)
    weight = backbone.net.embed.weight.numpy()
    assert described[:, FIFTH_STAGE] @ weight.T == pytest.approx(described[:, EMBEDDING], abs=5e-3)
    assert (described[:, EMBEDDING.stop :] >= 0).all()  # means of what a ReLU lets pass


def test_batches_do_not_matter(backbone: FaceBackbone) -> None:
    chips = np.random.default_rng(0).integers(0, 256, (7, SIDE, SIDE, 3), np.uint8)
    together = backbone.describe(chips)
    alone = np.concatenate([backbone.describe(chip[None]) for chip in chips])
    assert np.allclose(together.astype(np.float32), alone.astype(np.float32), atol=2e-3)
    assert backbone.describe(chips[:0]).shape == (0, WIDTH)


def test_chips_of_another_size_are_refused(backbone: FaceBackbone) -> None:
    with pytest.raises(ValueError, match="150 x 150"):
        backbone.describe(np.zeros((1, 112, 112, 3), np.uint8))


def test_it_has_as_many_parameters_as_dlibs(backbone: FaceBackbone) -> None:
    """5,614,592 with the two values of each channel's affine layer, of which folding leaves the bias."""
    folded = sum(parameter.numel() for parameter in backbone.net.parameters())
    channels = sum(conv.out_channels for conv in face_resnet.convolutions(backbone.net))
    assert folded + 2 * channels == 5_614_592


def test_another_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    raw = bytearray(face_resnet.weights_file().read_bytes())
    raw[1_000_000] ^= 1
    file = tmp_path / "changed.dat"
    file.write_bytes(raw)
    monkeypatch.setattr(face_resnet, "packaged_file", lambda *_: file)
    with pytest.raises(UserError, match="install photohash again"):
        FaceBackbone("cpu")


def test_layers_of_another_network_are_refused() -> None:
    with pytest.raises(ValueError, match="another network"):
        face_resnet.fill(face_resnet.FaceResnet(), [dlib_file.Layer("con_4", np.zeros(3, np.float32))])


@pytest.mark.data
def test_photos_of_one_person_are_near(backbone: FaceBackbone, data: Path) -> None:
    """By the author's rule of 0.6, from file to embedding."""
    names = ["Adrien_Brody", "Ana_Palacio", "Angela_Merkel", "Bill_Gates", "Hu_Jintao", "Venus_Williams"]
    files = [data / "lfw" / "images" / name / f"{name}_000{n}.jpg" for name in names for n in (1, 2)]
    pictures = [np.array(Image.open(file)) for file in files]
    points = [faces.points[:1] for faces in Mtcnn("cpu").detect(pictures, min_face=40)]
    vectors = embedding(backbone.describe(chips(pictures, points)))
    distances = np.linalg.norm(vectors[:, None] - vectors, axis=2)
    same = np.arange(12)[:, None] // 2 == np.arange(12) // 2
    assert distances[same].max() < 0.6
    assert distances[~same].min() > 0.6
