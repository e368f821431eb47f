"""Lesson 4: one-hot times matrix is the row; neighbours and map are scikit-learn's."""

from base64 import b64decode
from typing import Any

import numpy as np
import pytest
import torch
from sklearn.decomposition import PCA
from sklearn.metrics.pairwise import cosine_similarity

from dashboard.lessons.one_hot import MODEL, data
from models.run import load_run
from tests.browser.engine_in_node import needs_node
from tests.lessons.in_node import call


@pytest.fixture(scope="module")
def shown() -> dict[str, Any]:
    return data()


def matrix_of(shown: dict[str, Any], name: str) -> np.ndarray:
    coded = b64decode(shown["matrices"][name])
    return np.frombuffer(coded, dtype="<f4").reshape(-1, shown["columns"])


def test_the_matrices_are_the_model_s(shown: dict[str, Any]):
    run = load_run(MODEL)
    trained, start = (
        network.embedding.weight.detach().numpy()
        for network in (run.load_network(), run.untrained_network(run.training["seed"]))
    )
    np.testing.assert_array_equal(matrix_of(shown, "embedding"), trained)
    np.testing.assert_array_equal(matrix_of(shown, "start"), start)
    (left,), *_ = np.linalg.lstsq(start.reshape(-1, 1), trained.ravel())
    np.testing.assert_allclose(matrix_of(shown, "change"), trained - left * start, atol=1e-6)
    assert 0.5 < left < 1  # weight decay shrank it
    assert shown["characters"] == list(run.vocabulary.characters)
    assert np.corrcoef(trained.ravel(), start.ravel())[0, 1] > 0.9  # it did begin there


@needs_node
def test_one_hot_times_matrix_is_the_row_exactly(shown: dict[str, Any]):
    matrix, ids, columns = matrix_of(shown, "embedding"), range(0, len(shown["characters"]), 9), shown["columns"]
    given = {"float32": matrix.ravel().tolist()}
    vectors = call(*(("one_hot_matrix", "oneHot", each, len(matrix)) for each in ids))
    products = call(*(("one_hot_matrix", "timesMatrix", vector, given, columns) for vector in vectors))
    embedded = load_run(MODEL).load_network().embedding(torch.tensor(list(ids))).detach().numpy()
    np.testing.assert_array_equal(vectors, np.eye(len(matrix))[list(ids)])
    np.testing.assert_array_equal(np.array(products, dtype=np.float32), embedded)
    rows = call(*(("one_hot_matrix", "rowOf", given, columns, each) for each in ids))
    np.testing.assert_array_equal(rows, products)


@needs_node
@pytest.mark.parametrize("name", ["change", "embedding"])
def test_neighbours_are_those_of_scikit_learn_s_cosines(shown: dict[str, Any], name: str):
    matrix = matrix_of(shown, name)
    [directions] = call(("one_hot_matrix", "directionsOf", {"float32": matrix.ravel().tolist()}, shown["columns"]))
    expected = cosine_similarity(matrix - matrix.mean(axis=0, dtype=np.float64))
    ids = [shown["characters"].index(letter) for letter in "aT7 "]
    found = call(*(("one_hot_matrix", "cosinesOf", directions, each) for each in ids))
    np.testing.assert_allclose(found, expected[ids], atol=1e-6)
    nearest = call(*(("one_hot_matrix", "nearestTo", directions, each, 6) for each in ids))
    for each, neighbours in zip(ids, nearest, strict=True):
        others = np.delete(expected[each], each)
        np.testing.assert_allclose(expected[each, neighbours], np.sort(others)[::-1][:6], atol=1e-6)
        assert each not in neighbours


@pytest.mark.parametrize("name", ["change", "embedding", "start"])
def test_the_map_is_scikit_learn_s_principal_components(shown: dict[str, Any], name: str):
    fitted = PCA(2, svd_solver="full")
    expected = fitted.fit_transform(matrix_of(shown, name)[shown["mapped"]].astype(np.float64))
    places = np.array(shown["maps"][name]["places"])
    for direction in (0, 1):
        sign = np.sign(places[:, direction] @ expected[:, direction])
        np.testing.assert_allclose(sign * places[:, direction], expected[:, direction], atol=1e-3)
    np.testing.assert_allclose(shown["maps"][name]["shares"], fitted.explained_variance_ratio_, atol=1e-3)


@needs_node
def test_the_answer_holds_like_letters_were_moved_alike(shown: dict[str, Any]):
    matrices = {name: {"float32": matrix_of(shown, name).ravel().tolist()} for name in ("change", "start")}
    directions = call(*(("one_hot_matrix", "directionsOf", each, shown["columns"]) for each in matrices.values()))
    groups = ("digits", "capitals", "vowels")
    shares = call(
        *(
            ("one_hot_matrix", "shareWithin", each, shown["characters"], group)
            for each in directions
            for group in groups
        )
    )
    changed, started = shares[:3], shares[3:]
    for group, at_end, at_start in zip(groups, changed, started, strict=True):
        assert at_end["share"] < 0.4 if group == "vowels" else at_end["share"] > 0.55 > 0.4 > at_start["share"], group
        assert at_end["chance"] < 0.3
    assert changed[0]["share"] > 0.9
    members = [sum(letter in each for letter in shown["characters"]) for each in ("0123456789", "aeiou")]
    assert [each["chance"] for each in (changed[0], changed[2])] == [
        (count - 1) / (len(shown["characters"]) - 1) for count in members
    ]
