"""The drawn documents and the samples are scenarios that a file could hold."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.scenario.loading import build
from tests.samples import SAMPLES, Document
from tests.strategies import bases, documents


@pytest.mark.parametrize("name", SAMPLES)
def test_samples_are_valid(name: str) -> None:
    assert build(SAMPLES[name]).description.title


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    both=(documents() | documents(lasting=True)).flatmap(
        lambda document: st.tuples(st.just(document), bases(document))
    )
)
def test_drawn_documents_are_valid(both: tuple[Document, Document]) -> None:
    for document in both:
        assert build(document).description.title == "Drawn by chance"
