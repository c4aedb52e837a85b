from __future__ import annotations

import sys

import pytest

from photohash.nets.packaged import packaged_file
from photohash.types import UserError


def test_file_is_found_without_importing_its_package() -> None:
    assert (
        packaged_file("face_recognition_models", "models/dlib_face_recognition_resnet_model_v1.dat").stat().st_size > 0
    )
    assert "face_recognition_models" not in sys.modules


@pytest.mark.parametrize(("package", "inside"), [("facenet_pytorch", "data/none.pt"), ("no_such_package", "data")])
def test_missing_file_is_told_with_what_to_do(package: str, inside: str) -> None:
    with pytest.raises(UserError, match=rf"{inside} of the package {package}.*install"):
        packaged_file(package, inside)
