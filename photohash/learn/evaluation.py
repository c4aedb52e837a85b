"""A retrieval protocol evaluated whole: queries against a database, by codes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from photohash.index.bits import hamming_each, unpack
from photohash.learn import metrics


@dataclass(frozen=True, slots=True)
class Coded:
    """Items as a model sees them: packed codes uint64 (words, n), real outputs float (n, K), labels int64 (n,)."""

    codes: NDArray[np.uint64]
    relaxed: NDArray[np.floating]
    labels: NDArray[np.int64]

    def __post_init__(self) -> None:
        bits, count = self.relaxed.shape[1], len(self.labels)
        if self.codes.shape != (-(-bits // 64), count) or len(self.relaxed) != count:
            raise ValueError(
                f"{count} items of {bits} bits do not go with codes {self.codes.shape}, outputs {self.relaxed.shape}"
            )

    def __len__(self) -> int:
        return len(self.labels)


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What a protocol measures, all means over queries.

    `precision`, `recall`: of the Hamming ball, 0 where that is empty; `empty`: the share of such; `size`: items in it.
    `ball_map`: mAP@H<=r ordered by real outputs, misses counting 0; `ball_map_literature`: without the queries whose
    ball has only irrelevant items, as papers print it; `ball_map_codes`: tie-aware, by the codes alone. `mean_ap`: the
    tie-aware mAP over everything. Of the database's bits: `ones`, the share set; `worst_bit`, of the bit farthest from
    one half; `distinct`, how many different codes there are.
    """

    precision: float
    recall: float
    empty: float
    size: float
    ball_map: float
    ball_map_literature: float
    ball_map_codes: float
    mean_ap: float
    ones: float
    worst_bit: float
    distinct: int


def evaluate(queries: Coded, database: Coded, radius: int = 2) -> Evaluation:
    """Search the database, which must not hold the queries, by each query: in blocks, so that memory stays small."""
    bits = database.relaxed.shape[1]
    parts, ball_precision = [], np.zeros(len(queries))
    for block, (distances, relevant) in _blocks(queries, database):
        parts.append(metrics.levels(distances, relevant, bits))
        for query in np.flatnonzero(parts[-1].within(radius).relevant.any(1)):
            inside = np.flatnonzero(distances[query] <= radius)
            products = database.relaxed[inside] @ queries.relaxed[block[query]]
            ball_precision[block[query]] = metrics.ordered_precision(products, relevant[query, inside])
    found = metrics.join(parts)
    precision, recall, size = metrics.ball(found, radius)
    near = found.within(radius)
    ones = unpack(database.codes, bits).mean(0)
    return Evaluation(
        precision=float(precision.mean()),
        recall=float(recall.mean()),
        empty=float((size == 0).mean()),
        size=float(size.mean()),
        ball_map=float(ball_precision.mean()),
        ball_map_literature=metrics.literature_mean(ball_precision, near),
        ball_map_codes=float(metrics.average_precision(near, of_found=True).mean()),
        mean_ap=float(metrics.average_precision(found).mean()),
        ones=float(ones.mean()),
        worst_bit=float(ones[np.abs(ones - 0.5).argmax()]),
        distinct=np.unique(database.codes, axis=1).shape[1],
    )


def levels(queries: Coded, database: Coded) -> metrics.Levels:
    """Where the database lies around each query: what `metrics.curve` and the others take."""
    bits = database.relaxed.shape[1]
    return metrics.join([metrics.levels(*near, bits) for _, near in _blocks(queries, database)])


def _blocks(
    queries: Coded, database: Coded
) -> Iterator[tuple[NDArray[np.int64], tuple[NDArray[np.unsignedinteger], NDArray[np.bool_]]]]:
    """Blocks of queries with their distances to the database and which of it is relevant, each (q, n)."""
    step = max(1, metrics.CELLS // max(1, len(database)))
    for at in range(0, len(queries), step):
        block = np.arange(at, min(at + step, len(queries)))
        distances = hamming_each(database.codes, queries.codes[:, block])
        yield block, (distances, queries.labels[block][:, None] == database.labels)
