"""What holds of every method."""

from __future__ import annotations

import pytest
import torch

from photohash.methods.table import METHODS, make
from photohash.types import UserError

LABELS = torch.tensor([0, 0, 1, 1, 2, 2, 2, 3])


@pytest.fixture(params=sorted(METHODS))
def name(request: pytest.FixtureRequest) -> str:
    torch.manual_seed(0)
    return str(request.param)


def test_shapes_and_signs(name: str) -> None:
    method = make(name, 10, 12, 4).eval()
    inputs = torch.randn(8, 10)
    margins, relaxed = method.margins(inputs), method.relaxed(inputs)
    assert margins.shape == relaxed.shape == (8, 12)
    clear = margins.abs() > 1e-5
    assert torch.equal((margins >= 0)[clear], (relaxed >= 0)[clear])
    assert (method.inputs, method.bits, method.classes) == (10, 12, 4)
    assert method.margins(inputs[:0]).shape == (0, 12)


def test_in_use_codes_are_the_same_twice(name: str) -> None:
    method = make(name, 10, 12, 4)
    inputs = torch.randn(8, 10)
    method.loss(inputs, LABELS)
    method.eval()
    assert torch.equal(method.margins(inputs), method.margins(inputs))
    assert torch.allclose(method.margins(inputs)[:1], method.margins(inputs[:1]), atol=1e-6)  # none depends on others


def test_a_training_step_lowers_the_loss(name: str) -> None:
    method = make(name, 10, 12, 4)
    inputs = 3 * torch.randn(8, 10)
    optimiser = torch.optim.SGD(method.groups(1e-3, 0.0))
    before = method.loss(inputs, LABELS)
    before.backward()
    optimiser.step()
    assert method.loss(inputs, LABELS).item() < before.item()


@pytest.mark.parametrize("labels", [LABELS, torch.zeros(8, dtype=torch.int64), torch.arange(8)], ids=str)
@pytest.mark.parametrize("equal", [False, True])
def test_gradients_are_finite(name: str, labels: torch.Tensor, equal: bool) -> None:
    method = make(name, 10, 12, 8)
    inputs = torch.ones(8, 10) if equal else torch.randn(8, 10)
    loss = method.loss(inputs, labels)
    loss.backward()
    assert loss.shape == ()
    assert loss.dtype == torch.float32
    gradients = [value.grad for value in method.parameters() if value.grad is not None]
    assert gradients
    assert all(torch.isfinite(gradient).all() for gradient in gradients)


def test_a_state_dict_is_all_there_is(name: str) -> None:
    method, other = make(name, 10, 12, 4), make(name, 10, 12, 4)
    inputs = torch.randn(8, 10)
    for _ in range(3):
        method.loss(inputs, LABELS)
    other.load_state_dict(method.state_dict())
    assert torch.equal(method.relaxed(inputs), other.relaxed(inputs))
    assert torch.equal(method.loss(inputs, LABELS), other.loss(inputs, LABELS))


def test_every_parameter_is_in_one_group(name: str) -> None:
    method = make(name, 10, 12, 4)
    grouped = [id(value) for group in method.groups(0.1, 0.2) for value in group["params"]]
    assert sorted(grouped) == sorted(id(value) for value in method.parameters())


def test_options_are_passed_on() -> None:
    assert make("dch", 10, 12, 4, gamma=9.0).gamma == 9


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(UserError, match="choose one of dcbh, dcbh-official"):
        make("unknown", 10, 12, 4)
