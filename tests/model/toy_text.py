"""A small text in the language of sim.model.vectors, to be compiled."""

from __future__ import annotations

from sim.model.vectors import (
    Bytes,
    Flat,
    Index,
    Numbers,
    Record,
    Room,
    Rows,
    Shorts,
    Singles,
    Vector,
    absolute,
    accumulate,
    any_lane,
    below,
    exponent,
    fetch,
    finite,
    helper,
    lane_of,
    maximum,
    minimum,
    nearest,
    number,
    power_of_two,
    put,
    section,
    select,
    square_root,
    uniforms,
)

FACTORS = (0.5, -0.25, 1.5)
FLOOR = -1


class Toy(Record):
    """Two tables of numbers, and what is made of them."""

    size: int
    room: Room  # a, then b
    a: Rows
    b: Rows
    out: Rows
    order: Index
    fixed: Numbers
    whole: Rows
    doubles: Flat
    singles: Singles
    shorts: Shorts
    bytes_: Bytes


OPERATIONS = 32


@helper
def series(x: Vector) -> Vector | float:
    """A polynomial from stored coefficients."""
    total: Vector | float = 0.0
    for factor in range(3):
        total = total * x + FACTORS[factor]
    return total


@helper
def outer(m: Toy, row: int) -> Vector | float:
    """A helper that calls a helper, and gives a number of a record."""
    return series(m.a[m.order[row]]) - FLOOR


@section
def operate(m: Toy) -> None:
    """Every operation on two numbers, each in a row of its own."""
    for i in range(m.size):
        a = m.a[i]
        b = m.b[i]
        at = OPERATIONS * i
        m.out[at] = a + b
        m.out[at + 1] = a - b
        m.out[at + 2] = a * b
        m.out[at + 3] = a / b
        m.out[at + 4] = -a
        m.out[at + 5] = number(a < b)
        m.out[at + 6] = number(a <= b)
        m.out[at + 7] = number(a > b)
        m.out[at + 8] = number(a >= b)
        m.out[at + 9] = number(a == b)
        m.out[at + 10] = number(a != b)
        m.out[at + 11] = number((a < b) & (a > 0) | ~(b > 1.5))
        m.out[at + 12] = select(a < b, a, 2)
        m.out[at + 13] = minimum(a, b)
        m.out[at + 14] = maximum(a, b)
        m.out[at + 15] = minimum(0.0, b)
        m.out[at + 16] = maximum(a, 1)
        m.out[at + 17] = absolute(a)
        m.out[at + 18] = square_root(a)
        m.out[at + 19] = nearest(a)
        m.out[at + 20] = number(finite(a))
        m.out[at + 21] = 2 * a + 1 / b - i
        m.out[at + 22] = series(a)
        m.out[at + 23] = outer(m, i)
        m.out[at + 24] = 0.25
        m.out[at + 24] += a
        m.out[at + 25] = 7
        m.out[at + 25] *= b * 3
        m.out[at + 26] = lane_of(8, 11, a)
        m.out[at + 27] = a * b + m.b[m.order[i]]
        m.out[at + 28] = power_of_two(m.whole[i])
        m.out[at + 29] = exponent(power_of_two(m.whole[i]) * 1.25)
        m.out[at + 30] = m.fixed[i] * a
        m.out[at + 31] = minimum(m.fixed[m.order[i]], 1 / (2 + m.fixed[i]))


@section
def gather(m: Toy, rounds: int) -> None:
    """Loops, conditions on whole numbers and on lanes, and a sum that begins as one number."""
    for i in range(m.size):
        m.out[i] = 0.0
    total: Vector | float = 0.0
    going = m.a[0] > -0.5
    for _ in range(rounds):
        for i in range(m.size):
            positive = m.a[i] > 0
            going = going & (positive | (m.b[i] < 1))
            if i % 3 == 0 and rounds > 1:
                total += m.a[i]
            elif any_lane(going):
                total = select(going, total + m.b[i], total)
            else:
                m.out[i] = below(absolute(m.a[i]) + 1)
    m.out[0] = total
    m.out[1] = number(going)


@section
def draw(m: Toy, first: int, now: int) -> None:
    """Uniform draws under a key for each row."""
    for i in range(m.size):
        m.out[i] = uniforms(m.order[i] * 77777, 5 - i, first, now, m)


@section
def keep(m: Toy, place: int) -> None:
    """Out of the record and back."""
    put(m.doubles, place, m.a[0], m)
    put(m.singles, place, m.a[0], m)
    put(m.shorts, place, m.whole[0], m)
    put(m.bytes_, place, nearest(m.whole[0] / 16) - 1, m)
    m.out[0] = fetch(m.doubles, place, m)
    m.out[1] = fetch(m.singles, place, m)
    m.out[2] = fetch(m.shorts, place, m)
    m.out[3] = fetch(m.bytes_, place, m)
    m.out[4] = fetch(m.doubles, place + 3, m)
    for i in range(m.size):
        accumulate(m.doubles, place + 8, m.b[i], m)


@section
def overlap(m: Toy) -> None:
    """A room is written where a row that is read again lies, and the other way."""
    for i in range(m.size - 1):
        before = m.a[i]
        m.room[i] = before + 1
        m.a[i + 1] = m.a[i] * 2
        m.out[i] = m.room[i + 1] + m.b[i]
        m.room[m.size + i] = before - m.b[max(i - 1, min(3, i))]
        m.out[i] += m.b[i]


@section
def everything(m: Toy, first: int) -> None:
    """Sections of this unit and of another, one after another."""
    operate(m)
    gather(m, 3)
    keep(m, first)
    overlap(m)
    elsewhere(m, first)


@section
def elsewhere(m: Toy, first: int) -> None:
    """Draws, called by another section."""
    draw(m, first, 4)
