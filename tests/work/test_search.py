from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from photohash.index.codefile import Codes
from photohash.store.catalogue import Place
from photohash.types import Seen
from photohash.work import search
from photohash.work.search import Candidates, joined, matches, photos_like, photos_with_face, rank
from tests.desk import Desk
from tests.pictures import FakeHead


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    yield made
    made.close()


def fill(desk: Desk, rows: NDArray[np.float16], photos_each: int) -> Codes:
    """Faces with these descriptors, so many to a photo."""
    models = desk.models()
    root, _ = desk.catalogue.add_root(desk.photos)
    from photohash.types import Faces

    with desk.catalogue.writing(), desk.cache.writing():
        for start in range(0, len(rows), photos_each):
            part = rows[start : start + photos_each]
            photo = desk.catalogue.put_photo(start.to_bytes(16), 10, 10, None)
            desk.catalogue.put_file(Place(root, Seen(b"%05d.jpg" % start, 1, 1)), photo)
            n = len(part)
            found = Faces(np.ones((n, 4), np.float32), np.ones((n, 5, 2), np.float32), np.ones(n, np.float32))
            ids = desk.results.put_faces(photo, models.detector, found, 10, 10)
            desk.results.put_codes("face", models.face_head, ids, desk.heads[0].encode(part))
            desk.cache.put_descriptors("face", desk.networks.face_backbone, ids, part)
    ids, words, _ = desk.results.codes("face", models.face_head)
    return Codes(16, ids, words)


def test_the_order_is_that_of_the_descriptors_and_each_photo_counts_once(desk: Desk) -> None:
    rows = np.random.default_rng(0).normal(size=(60, 16)).astype(np.float16)
    codes = fill(desk, rows, 3)
    examples = rows[[4, 31]]
    ranked = rank(desk.cache, codes, "face", desk.networks.face_backbone, desk.heads[0], examples, 20)
    exact = rows.astype(np.float32)
    naive = [min(float(np.linalg.norm(row - exact[e])) for e in (4, 31)) for row in exact]
    np.testing.assert_allclose(ranked.distances, sorted(naive), rtol=1e-5)
    found = matches(desk.catalogue, photos_with_face(desk.catalogue, ranked, desk.heads[0], 20))
    best = {photo: min(naive[3 * photo : 3 * photo + 3]) for photo in range(20)}
    assert [match.distance for match in found] == pytest.approx(sorted(best.values()), rel=1e-5)
    assert [match.photo.files[0].name for match in found[:2]] == ["00003.jpg", "00030.jpg"]
    assert found[0].band == "same"
    assert [m.confidence for m in found] == pytest.approx([np.exp(-m.distance) for m in found], rel=1e-5)
    ends = (1, 2)  # of FakeHead's bands
    assert [m.band for m in found] == [("same", "likely", "maybe")[np.searchsorted(ends, m.distance)] for m in found]
    bits = codes.words[0]
    code = FakeHead("face").encode(examples)[0]
    hamming = [min(int(x ^ c).bit_count() for c in code.tolist()) for x in bits.tolist()]
    assert [m.hamming for m in found] == [hamming[(m.face.id if m.face else 0) - 1] for m in found]


def test_the_limit_and_the_last_band_end_the_list(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = np.random.default_rng(1).normal(size=(40, 16)).astype(np.float16)
    codes = fill(desk, rows, 1)
    head = desk.heads[0]
    ranked = rank(desk.cache, codes, "face", desk.networks.face_backbone, head, rows[:1], 5)
    assert len(photos_with_face(desk.catalogue, ranked, head, 5)) == 5
    monkeypatch.setattr(FakeHead, "bands", {"same": 0.5, "maybe": 1.0})
    assert len(photos_with_face(desk.catalogue, ranked, head, 5)) == 1


def test_missing_photos_are_not_shown(desk: Desk) -> None:
    rows = np.random.default_rng(2).normal(size=(6, 16)).astype(np.float16)
    codes = fill(desk, rows, 1)
    root = desk.catalogue.roots()[0]
    desk.catalogue.set_missing(root, [b"00000.jpg"], missing=True)
    ranked = rank(desk.cache, codes, "face", desk.networks.face_backbone, desk.heads[0], rows[:1], 5)
    found = photos_with_face(desk.catalogue, ranked, desk.heads[0], 9)
    names = {m.photo.files[0].name for m in matches(desk.catalogue, found)}
    assert "00000.jpg" not in names
    assert len(names) == 5


def test_photos_by_their_own_descriptors(desk: Desk) -> None:
    from tests.pictures import noise, write

    for n in range(6):
        write(desk.photos / f"{n}.jpg", noise(n))
    desk.scan()
    models = desk.models()
    ids, words, _ = desk.results.codes("photo", models.image_head)
    _, descriptors = desk.cache.descriptors("photo", desk.networks.image_backbone, ids.tolist()[2:3])
    ranked = rank(
        desk.cache, Codes(16, ids, words), "photo", desk.networks.image_backbone, desk.heads[1], descriptors, 9
    )
    found = photos_like(desk.catalogue, ranked, desk.heads[1], 9)
    assert found.distances[0] == 0
    assert found.photos[0] == ids[2]
    assert list(found.without(int(ids[2])).photos) == list(found.photos[1:])


def test_an_empty_library_has_no_matches(desk: Desk) -> None:
    codes = Codes(16, np.empty(0, np.int64), np.empty((1, 0), np.uint64))
    rows = np.zeros((1, 16), np.float16)
    ranked = rank(desk.cache, codes, "face", desk.networks.face_backbone, desk.heads[0], rows, 5)
    assert len(photos_with_face(desk.catalogue, ranked, desk.heads[0], 5)) == 0


def candidates(person: int, **distances: float) -> Candidates:
    """Photos p7=0.5 and so on, each by a face of ten times its number and that of the person."""
    pairs = sorted((distance, int(name[1:])) for name, distance in distances.items())
    far = np.array([distance for distance, _ in pairs], np.float32)
    photos = np.array([photo for _, photo in pairs], np.int64)
    head = FakeHead("face")
    least = {name: float(np.exp(-end)) for name, end in head.bands.items()}
    return Candidates(photos, photos * 10 + person, far, head.confidence(far), photos * 0, head.bands, least)


def test_any_of_several_people_counts_by_the_surest() -> None:
    one, other = candidates(1, p1=0.5, p2=1.5, p3=3.0), candidates(2, p2=0.1, p3=4.0, p4=2.0)
    found = joined([one, other], together=False)
    assert dict(zip(found.photos.tolist(), found.distances.tolist(), strict=True)) == pytest.approx(
        {2: 0.1, 1: 0.5, 4: 2.0, 3: 3.0}
    )
    assert list(found.distances) == sorted(found.distances)
    assert list(found.faces) == [22, 11, 42, 31]


def test_people_together_are_as_sure_as_the_least_sure() -> None:
    one, other = candidates(1, p1=0.5, p2=1.5, p3=3.0), candidates(2, p2=0.1, p3=4.0, p4=2.0)
    found = joined([one, other], together=True)
    assert list(found.photos) == [2, 3]
    np.testing.assert_allclose(found.distances, [1.5, 4.0])
    np.testing.assert_allclose(found.confidences, np.exp([-1.5, -4.0]), rtol=1e-6)
    assert len(joined([one, other, candidates(3, p9=1.0)], together=True)) == 0


def test_one_face_is_not_two_people_together() -> None:
    twins = [candidates(1, p1=0.5, p2=1.0), candidates(1, p1=0.6, p2=1.1)]
    assert len(joined(twins, together=True)) == 0
    assert list(joined(twins, together=False).photos) == [1, 2]


@pytest.mark.parametrize("confidence", [0.0, 0.05, np.exp(-1.5), 0.5, 1.0])
def test_a_cut_keeps_those_that_are_so_sure(confidence: float) -> None:
    found = candidates(1, p1=0.0, p2=1.5, p3=1.5, p4=3.0)
    assert found.at_least(float(confidence)) == sum(c >= np.float32(confidence) for c in found.confidences)


def test_asymmetric_search_orders_the_same_and_knows_its_hamming_distances(desk: Desk) -> None:
    rows = np.random.default_rng(1).normal(size=(40, 16)).astype(np.float16)
    codes = fill(desk, rows, 2)
    examples, head = rows[[3, 17]], desk.heads[0]
    plain, weighed = (
        rank(desk.cache, codes, "face", desk.networks.face_backbone, head, examples, 10, asymmetric)
        for asymmetric in (False, True)
    )
    np.testing.assert_array_equal(weighed.ids, plain.ids)  # all of so small a library is in both shortlists
    np.testing.assert_array_equal(weighed.hamming, plain.hamming)
    np.testing.assert_array_equal(weighed.distances, plain.distances)


def test_asymmetric_shortlists_weigh_bits_by_how_sure_they_are(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two unsure bits that differ are nearer than one sure one; by Hamming distance it is the other way round."""
    monkeypatch.setattr(search, "SHORTLIST", 1)
    monkeypatch.setattr(search, "SPARE", 1)
    example = np.full(16, 5, np.float16)
    example[:2] = 0.1
    sure, unsure = example.copy(), example.copy()
    sure[15], unsure[:2] = -5, -0.1
    codes = fill(desk, np.stack([sure, unsure]), 1)
    found = [
        rank(desk.cache, codes, "face", desk.networks.face_backbone, desk.heads[0], example[None], 1, asymmetric)
        for asymmetric in (False, True)
    ]
    assert [ranked.hamming.tolist() for ranked in found] == [[1], [2]]
    assert found[1].distances[0] < found[0].distances[0]
