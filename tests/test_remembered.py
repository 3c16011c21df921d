"""What is remembered is made once, for the very object that was asked about."""

from __future__ import annotations

from sim.remembered import remembered


def test_each_object_has_its_own_result_and_the_oldest_makes_room() -> None:
    made: list[tuple[list[int], str]] = []

    @remembered(2)
    def described(of: list[int], how: str) -> str:
        made.append((of, how))
        return f"{how} {sum(of)}"

    one, twin = [1, 2], [1, 2]
    assert described(one, "sum") is described(one, "sum")
    assert described(twin, "sum") == "sum 3"  # equal, but another object
    assert len(made) == 2
    described(one, "sum")
    described(one, "total")  # a third, for which the twin's makes room
    assert len(made) == 3
    described(one, "sum")
    assert len(made) == 3
    described(twin, "sum")
    assert len(made) == 4


def test_the_number_of_a_dropped_object_is_not_mistaken_for_it() -> None:
    @remembered(4)
    def first(of: list[int]) -> int:
        return of[0]

    assert [first([number]) for number in range(50)] == [*range(50)]
