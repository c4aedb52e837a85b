"""Hash heads on disk: a manifest `NAME@VERSION.json` that says all about a head, its weights beside it in safetensors.

Versions never mix: a head is written once, and codes carry the digest of the head that made them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import safetensors
import safetensors.torch
import torch
from numpy.typing import NDArray

from photohash.nets.dcbh import DcbhHead
from photohash.nets.dch import DchHead
from photohash.nets.manifest import Manifest, read
from photohash.types import ModelKey, UserError

Head = DcbhHead | DchHead
ARCHITECTURES: dict[str, type[DcbhHead] | type[DchHead]] = {"dcbh": DcbhHead, "dch": DchHead}
BATCH = 4096


@dataclass(frozen=True)
class Hasher:
    """A head on a device: descriptors to codes, distances to confidences."""

    manifest: Manifest
    net: Head
    device: str

    @property
    def key(self) -> ModelKey:
        """Which head it is."""
        return self.manifest.key

    @property
    def bits(self) -> int:
        """The length of a code."""
        return self.manifest.bits

    @property
    def digest(self) -> bytes:
        """16 bytes that change with whatever changes a code."""
        return self.manifest.digest

    @property
    def bands(self) -> Mapping[str, float]:
        """The largest distance of each band, the surest band first."""
        return self.manifest.calibration.bands

    def vectors(self, descriptors: NDArray[np.float16]) -> NDArray[np.float32]:
        """What of descriptors (n, D) is compared, float32 (n, d): Euclidean distances of them are those calibrated."""
        vectors = descriptors[:, slice(*self.manifest.part)].astype(np.float32)
        if self.manifest.unit_length:
            vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), np.float32(1e-6))
        return vectors

    def encode(self, descriptors: NDArray[np.float16]) -> NDArray[np.uint64]:
        """Codes of descriptors float16 (n, D), uint64 (words, n): bit k of item i is bit k % 64 of word k // 64."""
        packed = [pack(self.bits_of(descriptors[at : at + BATCH])) for at in range(0, len(descriptors), BATCH)]
        return np.concatenate(packed, axis=1) if packed else pack(np.zeros((0, self.bits), bool))

    def bits_of(self, descriptors: NDArray[np.float16]) -> NDArray[np.bool_]:
        """The bits of descriptors float16 (n, D), bool (n, bits): where the head's margin is not negative."""
        return self.margins(descriptors) >= 0

    def margins(self, descriptors: NDArray[np.float16]) -> NDArray[np.float32]:
        """How sure the head is of each bit of descriptors float16 (n, D), and which it is by the sign: (n, bits)."""
        with torch.inference_mode():
            margins = self.net.margins(torch.from_numpy(self.vectors(descriptors)).to(self.device))
            numbers: NDArray[np.float32] = margins.cpu().numpy()
        return numbers

    def confidence(self, distances: NDArray[np.floating]) -> NDArray[np.float32]:
        """The calibrated probability that two descriptors at `distances` of their `vectors` show the same, in 0..1."""
        return self.manifest.calibration.confidence(distances).astype(np.float32)


def pack(bits: NDArray[np.bool_]) -> NDArray[np.uint64]:
    """Bits (n, K) in words, uint64 (ceil(K / 64), n), the first bit in the lowest place, zeros after the last."""
    words = -(-bits.shape[1] // 64)
    padded = np.zeros((len(bits), 64 * words), bool)
    padded[:, : bits.shape[1]] = bits
    packed = np.packbits(padded, axis=1, bitorder="little").view("<u8").astype(np.uint64)
    return np.ascontiguousarray(packed.T)


def load(path: Path, device: str = "cpu") -> Hasher:
    """The head of the manifest `path`; `UserError` when one of its two files is missing, damaged or not a head's."""
    try:
        manifest = read(path)
        raw = weights_file(path).read_bytes()
        if hashlib.sha256(raw).hexdigest() != manifest.sha256:
            raise ValueError("its weights are not the ones it was written with")
        net: Head = ARCHITECTURES[manifest.architecture](**manifest.sizes)
        net.load_state_dict(safetensors.torch.load(raw))
    except (OSError, ValueError, TypeError, KeyError, RuntimeError, safetensors.SafetensorError) as error:
        raise UserError(f"The model {path} cannot be used ({error}): choose another model or reinstall.") from error
    return Hasher(manifest, net.eval().requires_grad_(False).to(device), device)


def save(manifest: Manifest, net: Head, folder: Path) -> Path:
    """Write a head into `folder` and return its manifest's path; `UserError` when that version is there already."""
    path = folder / f"{manifest.name}@{manifest.version}.json"
    if path.exists() or weights_file(path).exists():
        raise UserError(f"{path} is there already: choose a new version number.")
    raw = safetensors.torch.save({name: value.detach().cpu().contiguous() for name, value in net.state_dict().items()})
    said = asdict(manifest) | {"sha256": hashlib.sha256(raw).hexdigest()}
    write(weights_file(path), raw)
    write(path, (json.dumps(said, indent=1) + "\n").encode())  # last: a manifest never stands without its weights
    return path


def weights_file(path: Path) -> Path:
    """Where the weights of the manifest `path` lie."""
    return path.with_suffix(".safetensors")


def write(path: Path, raw: bytes) -> None:
    """Write a file so that it is there whole or not at all."""
    part = path.with_name(path.name + ".part")
    part.write_bytes(raw)
    part.replace(path)
