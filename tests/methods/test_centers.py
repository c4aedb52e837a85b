from __future__ import annotations

import pytest
import torch

from photohash.methods.centers import ClusteredClassification, center_loss, move_centers
from tests.methods.golden import clustering, cross_entropy

FEATURES = torch.tensor([(1.0, 2.0), (3.0, 0.0), (0.0, 1.0)])
LABELS = torch.tensor([0, 0, 1])


def some(**options: float | bool) -> tuple[ClusteredClassification, torch.Tensor, torch.Tensor, torch.Tensor]:
    torch.manual_seed(0)
    classified = ClusteredClassification(15, 3, 4, **options)  # type: ignore[arg-type]
    return classified, 4 * torch.rand(6, 15), torch.rand(6, 3), torch.tensor([0, 1, 0, 3, 3, 3])


def test_center_loss_and_centers_golden() -> None:
    centers = torch.tensor([(0.0, 1.0), (2.0, 2.0)])
    assert center_loss(FEATURES, centers, LABELS).item() == pytest.approx(8.5)
    move_centers(centers, FEATURES, LABELS, 1.0)
    assert torch.allclose(centers, torch.tensor([(4 / 3, 1.0), (1.0, 1.5)]))


def test_a_center_that_is_not_met_stays() -> None:
    centers = torch.tensor([(1.0, 1.0), (5.0, 5.0)])
    move_centers(centers, torch.zeros(2, 2), torch.tensor([0, 0]), 0.5)
    assert torch.equal(centers[1], torch.tensor((5.0, 5.0)))
    assert torch.allclose(centers[0], torch.tensor((2 / 3, 2 / 3)))  # half of (1 - 0) x 2 / 3 less


def test_the_sum_of_all_terms() -> None:
    classified, features, codes, labels = some(described=0.5, clustering=0.01)
    expected = (
        cross_entropy(classified.of_codes(codes), labels)
        + 0.5 * cross_entropy(classified.of_features(features), labels)
        + 0.01 * clustering(features, classified.centers, labels)
    )
    assert classified.eval()(features, codes, labels).item() == pytest.approx(expected, rel=1e-5)


def test_a_weight_of_nothing_leaves_a_term_out() -> None:
    classified, features, codes, labels = some(described=0.0, clustering=0.0)
    before = classified.centers.clone()
    expected = cross_entropy(classified.of_codes(codes), labels)
    assert classified.train()(features, codes, labels).item() == pytest.approx(expected, rel=1e-5)
    assert torch.equal(classified.centers, before)


@pytest.mark.parametrize("learned", [False, True])
def test_centers_move_in_training_only_at_their_rate(learned: bool) -> None:
    classified, features, codes, labels = some(rate=0.25, learned=learned)
    before = classified.centers.clone()
    classified.eval()(features, codes, labels)
    assert torch.equal(classified.centers, before)
    classified.train()(features, codes, labels)
    moved = before.clone()
    move_centers(moved, features, labels, 0.25)
    assert torch.equal(classified.centers, moved)
    assert not torch.equal(moved, before)


def test_the_gradient_pulls_features_to_where_the_centers_are_now() -> None:
    classified, features, codes, labels = some(described=0.0, clustering=0.5)
    features.requires_grad_()
    classified.train()(features, codes, labels).backward()
    assert features.grad is not None
    assert torch.allclose(features.grad, 0.5 * (features - classified.centers[labels]).detach(), atol=1e-6)
    assert not classified.centers.requires_grad


def test_learned_centers_have_a_gradient_as_well() -> None:
    classified, features, codes, labels = some(clustering=0.5, learned=True)
    classified.train()(features, codes, labels).backward()
    expected = torch.zeros_like(classified.centers).index_add_(0, labels, 0.5 * (classified.centers[labels] - features))
    assert classified.centers.grad is not None
    assert torch.allclose(classified.centers.grad, expected, atol=1e-6)
