"""The hashing methods by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from photohash.methods import dcbh, dch
from photohash.methods.dcbh import Dcbh
from photohash.methods.dch import Dch
from photohash.methods.ddh import Ddh
from photohash.methods.hashnet import HashNet
from photohash.methods.method import Method
from photohash.methods.tanh import Tanh
from photohash.types import UserError

# Each makes a method of (inputs, bits, classes) and of its own options by keyword.
METHODS: Mapping[str, Callable[..., Method]] = {
    "dcbh": Dcbh,
    "dcbh-official": partial(Dcbh, **dcbh.OFFICIAL),
    "dch": Dch,
    "dch-official": partial(Dch, **dch.OFFICIAL),
    "ddh": Ddh,
    "hashnet": HashNet,
    "tanh": Tanh,
}


def make(name: str, inputs: int, bits: int, classes: int, **options: object) -> Method:
    """The method of a name for features (n, inputs); `UserError` when there is none of that name."""
    if name not in METHODS:
        raise UserError(f"There is no hashing method {name}: choose one of {', '.join(sorted(METHODS))}.")
    return METHODS[name](inputs, bits, classes, **options)
