from __future__ import annotations

import numpy as np
import pytest

from photohash.demo import collins, hopper, together
from photohash.nets import keys
from photohash.nets.networks import DETECT_SIDE, Networks, load_heads, plan
from photohash.nets.resize import resized


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


def test_faces_are_looked_for_small_and_found_in_pixels_of_the_large(networks: Networks) -> None:
    large = resized(hopper(), 1800, 1536)
    assert max(large.shape) > DETECT_SIDE
    (found,) = networks.detect([large])
    (small,) = networks.detect([hopper()])
    scale = np.array([large.shape[1] / hopper().shape[1], large.shape[0] / hopper().shape[0]])
    np.testing.assert_allclose(found.points, small.points * scale, atol=0.03 * 1536)
    np.testing.assert_allclose(found.boxes, small.boxes * np.tile(scale, 2), atol=0.03 * 1536)


def test_no_pictures_and_no_faces(networks: Networks) -> None:
    chips, descriptors = networks.describe_faces([], [])
    assert (len(chips), len(descriptors)) == (0, 0)
    assert networks.detect([]) == []
