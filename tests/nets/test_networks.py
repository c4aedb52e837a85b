from __future__ import annotations

import numpy as np
import pytest

from photohash.demo import collins, hopper, together
from photohash.nets import keys
from photohash.nets.networks import MIN_FACE, MIN_FACE_SHARE, Networks, load_heads, plan


@pytest.fixture(scope="module")
def networks() -> Networks:
    return Networks("cpu")


@pytest.mark.parametrize("cores", [1, 2, 3, 8, 64])
def test_every_plan_has_threads_for_both(cores: int) -> None:
    for device in ("cpu", "cuda", "mps"):
        made = plan(device, cores)
        assert min(made.batch, made.workers, made.decoders) >= 1
    assert plan("cpu", cores, 3, 5).workers == 3
    assert plan("cpu", cores, 3, 5).decoders == 5


def test_the_classes_carry_the_keys_that_a_rescan_reads_without_them(networks: Networks) -> None:
    named = networks.detector, networks.face_backbone, networks.image_backbone
    assert named == (keys.DETECTOR, keys.FACE_BACKBONE, keys.IMAGE_BACKBONE)
    faces, images = load_heads("cpu")
    assert faces.manifest.backbone == str(keys.FACE_BACKBONE)
    assert images.manifest.backbone == str(keys.IMAGE_BACKBONE)


def test_from_pixels_to_the_right_person(networks: Networks) -> None:
    pictures = [together(collins(), hopper(), 500), collins(), hopper()]
    faces = networks.detect(pictures)
    assert [len(found) for found in faces] == [2, 1, 1]
    chips, descriptors = networks.describe_faces(pictures, [found.points for found in faces])
    assert chips.shape == (4, 150, 150, 3)
    vectors = load_heads("cpu")[0].vectors(descriptors)
    distances = np.linalg.norm(vectors[:, None] - vectors[None], axis=2)
    left = int(np.argmin(faces[0].boxes[:, 0]))  # of the first two, Collins
    assert distances[left, 2] < 0.4 < distances[left, 3]
    assert distances[1 - left, 3] < 0.4 < distances[1 - left, 2]


def test_the_least_face_is_a_share_of_a_large_picture_and_pixels_of_a_small_one(
    networks: Networks, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[float] = []
    monkeypatch.setattr(networks._mtcnn, "detect", lambda pictures, least: asked.extend(least))
    networks.detect([np.zeros((size // 2, size, 3), np.uint8) for size in (100, 1000, 2000)])
    assert asked == [MIN_FACE, MIN_FACE, 2000 * MIN_FACE_SHARE]


def test_no_pictures_and_no_faces(networks: Networks) -> None:
    chips, descriptors = networks.describe_faces([], [])
    assert (len(chips), len(descriptors)) == (0, 0)
    assert networks.detect([]) == []
