"""Tables of what happens and lasts, and what their text leaves alone."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.random import Generator, default_rng
from sim.model.memory_record import Model

from sim.model import conditions, happenings, lasting, promising, ruling
from sim.model.compiled import CompiledDescription
from sim.model.vectors import Index, Rows
from sim.scenario.lookup import OPEN, OVERDUE
from sim.scenario.phrases import expand, parse
from sim.scenario.scenario import Scenario
from sim.scenario.schema import Limits
from tests.fixtures.bare_record import bare
from tests.fixtures.strategies import scenarios

LANES = 8
generators = st.integers(0, 2**32).map(default_rng)
rounds = st.integers(1, 6)
drawn = st.booleans().flatmap(lambda lasting: scenarios(lasting=lasting))
quick = settings(max_examples=25, deadline=None)

# --- compiled, nothing looks whether a row is there ---

ROWS = {
    "x": ("change_row", "flow_row", "trusted_row", "lasting_trust?", "new_row?"),
    "parameter": (
        "condition_low", "condition_high", "event_chance", "change_amount", "ruling_cost",
        "new_parameter", "flow_size", "lasting_stated", "solemn", "loses?", "hazard?",
        "lasting_scale?",
    ),
    "accepted": (
        "forbids", "permits", "watched_use", "ends_candidate", "suspends_candidate",
        "resumes_candidate", "begins_candidate", "breaker", "promise_maker", "keeper", "trusted",
        "reviewed",
    ),
    "status": (
        "ends", "begins", "ends_instance", "suspends_instance", "resumes_instance",
        "begins_instance", "held_instance", "flow_instance", "lasting_gate?",
    ),
    "heat": ("held_pair", "breach_pair"),
    "happens": ("watch_event?",),
    "holds": ("condition_group",),
    "came": ("reviewer", "event_government?"),
    "key_low": ("event_key", "new_key?"),
    "lasting": ("lasting_place",),
    "trust_up": ("breach_way", "owed_way"),
    "patience": ("governor",),
}  # fmt: skip
"""Tables that point into rows, by the rows; with a question mark where -1 stands for none."""
LISTS = {
    ("events", "event_changes"): "change_row change_amount change_sets change_lasting",
    ("events", "event_forbids"): "forbids",
    ("events", "event_permits"): "permits",
    ("events", "event_ends"): "ends",
    ("events", "event_begins"): "begins",
    ("watches", "watch_uses"): "watched_use",
    ("governments", "new_numbers"): "new_row new_spread new_parameter new_key",
    ("breaches", "breach_solemn"): "solemn",
    ("promises", "promise_keepers"): "keeper",
    ("promises", "promise_owed"): "owed_way",
}
"""Tables that say where lists begin, with how many there are; and what the lists hold."""
COUNTED = {
    "conditions": "condition_kind condition_place condition_other condition_group condition_low "
    "condition_high",
    "events": "event_first event_last event_repeats event_chance event_government event_key "
    "happens ever_happened",
    "watches": "watch_kind watch_event watch_stops observed",
    "governments": "governor loses hazard limit fall came changed renewed",
    "reviews": "reviewed reviewer",
    "arrangements": "status_at_start term status begun",
    **{
        f"{verb}_uses": f"{verb}_candidate {verb}_instance"
        for verb in ("ends", "suspends", "resumes", "begins")
    },
    "held": "held_instance held_pair",
    "flows": "flow_instance flow_row flow_size flowed",
    "lasting_terms": "lasting_place lasting_stated lasting_scale lasting_sign lasting_rounds "
    "lasting_trust lasting_gate lasting_size",
    "lasting_effects": "lasting_effect lasting",
    "breaches": "breaker breach_effect breach_pair breach_way solemnity breach",
    "promises": "promise_maker promise_within due promise_status",
    "trusting": "trust_up trust_down trust_lost trust_ref",
    "trusted_uses": "trusted trusted_row",
    "groups": "holds",
    "pairs": "together heat tension_before",
}
"""By the number of them: tables and rows that a loop goes through."""


@quick
@given(scenario=drawn, chance=generators)
def test_every_entry_of_a_table_points_to_a_row_that_is_there(
    scenario: Scenario, chance: Generator
) -> None:
    m = bare(scenario, LANES, chance, 1)
    for rows, names in ROWS.items():
        for name in names:
            table = getattr(m, name.rstrip("?")).array
            least = -1 if name.endswith("?") else 0
            assert ((table >= least) & (table < len(getattr(m, rows)))).all(), name
    for (count, name), held in LISTS.items():
        begins = getattr(m, name).array
        lengths = {len(getattr(m, one)) for one in held.split()}
        assert len(begins) == getattr(m, count) + 1, name
        assert (np.diff(begins) >= 0).all(), name
        assert lengths == {begins[-1] - begins[0]} == {begins[-1]}, name
    for count, named in COUNTED.items():
        lengths = {len(getattr(m, one)) for one in named.split()}
        assert lengths == {getattr(m, count)}, count
    for kind, place in zip(m.condition_kind.array, m.condition_place.array, strict=True):
        past = {conditions.SINCE: m.last, conditions.BEGAN: m.begun}.get(int(kind))
        assert (0 if past is None else -1) <= place < len(m.x if past is None else past)
    assert len(m.forced) == (scenario.description.calendar.rounds + 1) * m.events


# --- a run that is over ---

LASTING = (
    "x", "baseline", "heat", "status", "begun", "due", "patience", "changed", "ever_happened",
    "forbidden",
)  # fmt: skip


def each_section(m: Model, now: int) -> None:
    """Let a whole round pass over what happens and lasts."""
    lasting.lasting_pushes(m)
    happenings.apply_events(m, 0, now)
    promising.update_promises(m, now)
    lasting.update_arrangements(m, now)
    promising.fade_trust(m)
    ruling.count_office(m)
    happenings.observe(m, now)


@quick
@given(scenario=drawn, chance=generators, now=rounds)
def test_a_run_that_is_over_stays_as_it_was(
    scenario: Scenario, chance: Generator, now: int
) -> None:
    m = bare(scenario, LANES, chance, min(now, scenario.description.calendar.rounds))
    over = m.going.array[0] == 0
    kept = {name: getattr(m, name).array[:, over].copy() for name in LASTING}
    promised = m.promise_status.array[:, over].copy()
    each_section(m, min(now, scenario.description.calendar.rounds))
    for name, before in kept.items():
        assert np.array_equal(getattr(m, name).array[:, over], before), name
    assert not m.happens.array[:, over].any()
    assert not m.observed.array[:, over].any()
    # What was kept or broken in the last round is so no more; what was open stays open.
    stands = np.where(promised == OVERDUE, OVERDUE, OPEN)
    wanted = np.where(kept["due"] == 0, 0, stands)
    assert np.array_equal(m.promise_status.array[:, over], wanted)


@quick
@given(scenario=drawn, chance=generators, now=rounds)
def test_no_run_hangs_on_those_beside_it(scenario: Scenario, chance: Generator, now: int) -> None:
    now = min(now, scenario.description.calendar.rounds)
    m = bare(scenario, LANES, chance, now)
    first = Model(1, {name: _of_lane(getattr(m, name), 0) for name in Model.fields()})
    each_section(m, now)
    each_section(first, now)
    for name in (*LASTING, "promise_status", "observed", "happens", "renewed"):
        assert np.array_equal(getattr(first, name).array[:, 0], getattr(m, name).array[:, 0]), name


def _of_lane(field: Rows | Index | int, lane: int) -> Rows | Index | int:
    return Rows(field.array[:, [lane]].copy()) if isinstance(field, Rows) else field


# --- conditions ---


@quick
@given(scenario=drawn, chance=generators, now=rounds)
def test_a_group_holds_where_each_of_its_conditions_does(
    scenario: Scenario, chance: Generator, now: int
) -> None:
    m = bare(scenario, LANES, chance, now)
    conditions.check_conditions(m, 0, m.conditions, 0, m.groups, now)
    description, compiled = scenario.description, CompiledDescription(scenario.description)
    nobody, keys = compiled.layout.actors[0], list(compiled.keys)
    groups: list[tuple[dict[str, Limits], str, str]] = [
        (description.levers[name].requires, actor, target) for name, actor, target in keys
    ]
    groups += [(one.when, nobody, nobody) for _, one in sorted(description.events.items())]
    groups += [(one.when, nobody, nobody) for _, one in sorted(description.watch.items())]
    for number, (limits, actor, target) in enumerate(groups):
        wanted = np.ones(LANES, dtype=bool)
        for text, ends in limits.items():
            phrase = parse(text)
            assert phrase is not None
            for one in expand(phrase, actor, target, compiled.layout.actors):
                found = _told(m, compiled, one.kind, one.names, (actor, target), now)
                if ends.at_least is not None:
                    wanted &= found >= ends.at_least.value
                if ends.at_most is not None:
                    wanted &= found <= ends.at_most.value
        assert m.holds.array[number].tolist() == wanted.tolist(), limits


def _told(
    m: Model,
    compiled: CompiledDescription,
    kind: str,
    names: tuple[str, ...],
    way: tuple[str, str],
    now: int,
) -> np.ndarray:
    """A quantity as the state has it, by its name alone."""
    layout = compiled.layout
    if kind == "since":
        k = compiled.keys.get((names[0], *way))
        return np.full(LANES, 1e6 + now) if k is None else now - m.last.array[k]
    if kind == "gap":
        one, other = (m.x.array[layout.names.index(f"position of {a} on {names[0]}")] for a in way)
        return np.abs(one - other)
    if kind in ("in_force", "in_force_by", "begun", "begun_by"):
        held = [
            n
            for n, one in enumerate(layout.instances)
            if one.name == names[0] and one.concerns(names[1], names[2])
        ]
        if kind.startswith("in_force"):
            return (m.status.array[held[0]] == 1) * 1.0 if held else np.zeros(LANES)
        return now - m.begun.array[held[0]] if held else np.full(LANES, 1e6 + now)
    found = [n for n, one in enumerate(layout.phrases) if one.kind == kind and one.names == names]
    if not found:  # symmetric, the names the other way round
        turned = names[::-1]
        found = [n for n, p in enumerate(layout.phrases) if p.kind == kind and p.names == turned]
    return m.x.array[found[0]]
