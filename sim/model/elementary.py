"""Exponential, logarithm, logistic, logit, normal quantile: the same bits on every processor.

Those of libraries differ in their last bits by processor. These are polynomials between few
exact steps. What is done for the sake of one lane leaves the others as they are.
Coefficients are those of the polynomial, or the quotient of two, that meets the function at
Chebyshev's nodes of its interval, reckoned with 60 digits and rounded.
"""

from __future__ import annotations

from sim.model.vectors import (
    Vector,
    absolute,
    any_lane,
    exponent,
    helper,
    maximum,
    minimum,
    number,
    power_of_two,
    select,
    square_root,
)

_LOG2 = 0.6931471805599453
# The same in two parts: the upper one's 32 bits times a whole number of steps is exact.
_LOG2_HIGH = 0.6931471803691238
_LOG2_LOW = 1.9082149292705877e-10
_STEPS = 1.4426950408889634  # 1 / ln 2
_WHOLE = 1.5 * 2.0**52  # beside it there is no room for a fraction
_ROOT_OF_2 = 1.4142135623730951
_ROOT_OF_HALF = 0.7071067811865476

_LEAST_POWER = -709.0
_MOST_POWER = 709.4
_LEAST = 2.0**-1000
_MOST = 2.0**1000
# What is smaller or larger is scaled first, by 200 steps.
_UP = 2.0**200
_DOWN = 2.0**-200
_INF = float("inf")
_NAN = float("nan")

LEAST_SHARE = 2.0**-54
"""What a share of 0, which has no normal quantile, counts as."""
_NEAR = 5.0  # -ln(4 u (1 - u)) up to which one polynomial gives the normal quantile


@helper
def exp(x: Vector) -> Vector:
    """The exponential, within 2e-16 of it; 0 below -708.8, without end above 709.4."""
    held = minimum(_MOST_POWER, maximum(_LEAST_POWER, x))
    return select(x > _MOST_POWER, _INF, _power(held))


@helper
def logistic(x: Vector) -> Vector:
    """1 / (1 + e^-x), within 4e-16 of it."""
    small = _power(maximum(_LEAST_POWER, 0.0 - absolute(x)))
    return select(x < 0.0, small, 1.0) / (1.0 + small)


@helper
def log(x: Vector) -> Vector:
    """The natural logarithm, within 2e-16 of it; -inf of 0, and nan below."""
    easy = (x >= _LEAST) & (x <= _MOST)
    scaled = x
    step = select(easy, 1.0, 0.0)
    if any_lane(~easy):
        some = (x > 0.0) & (x < _INF)
        less = x < 1.0
        factor = select(less, _UP, _DOWN)
        scaled = select(easy, x, select(some, x, 1.0) * factor)
        ends = select(x > 0.0, _INF, select(x == 0.0, -_INF, _NAN))
        held = select(less, -199.0, 201.0)
        step = select(easy, 1.0, select(some, held, ends))
    whole = exponent(scaled * _ROOT_OF_HALF)
    rest = scaled * power_of_two(-1.0 - whole) - 1.0
    whole = whole + step
    share = rest / (2.0 + rest)
    half = 0.5 * rest * rest
    square = share * share
    bent = share * (half + square * _bend(square)) + whole * _LOG2_LOW
    return whole * _LOG2_HIGH - ((half - bent) - rest)


@helper
def logit(p: Vector) -> Vector:
    """ln(p / (1 - p)), within 4e-16 of it; -inf of 0, inf of 1, and nan outside."""
    other = 1.0 - p
    small = minimum(p, other)
    held = maximum(small, _LEAST)
    rest = 1.0 - held
    whole = exponent(held) + 1.0
    scaled = held * power_of_two(0.0 - whole)
    up = number(scaled > _ROOT_OF_2 * rest)
    down = number(scaled < _ROOT_OF_HALF * rest)
    whole = whole + (up - down)
    scaled = held * power_of_two(0.0 - whole)
    # Scaled less the rest; where both are near a half, both differences are exact.
    share = ((scaled - 0.5) + (held - 0.5)) / (scaled + rest)
    found = whole * _LOG2 + _twice_area(share)
    if any_lane(~(small >= _LEAST)):
        found = select(small >= _LEAST, found, log(small))
    return select(p > other, 0.0 - found, found)


@helper
def normal_quantile(u: Vector) -> Vector:
    """The number below which a standard normal one stays with probability u, within 1e-15 of it.

    A share below 2^-54 counts as that, so that 0 has an end; 1 has none.
    """
    share = maximum(LEAST_SHARE, u)
    side = share - 0.5
    depth = maximum(4.0 * share * (1.0 - share), LEAST_SHARE)
    bent = 0.0 - _plain_log(depth)
    place = bent - 2.5
    square = place * place
    fourth = square * square
    one = 3.7424616628349095e-18 * fourth - 4.4294559627233994e-15
    one = one * fourth - 4.399121401255523e-11
    one = one * fourth + 1.897421433635094e-08
    one = one * fourth + 0.00030865248382478343
    one = one * fourth + 2.12331346701467
    two = 2.5717236515422456e-15 * fourth + 1.2849629122615334e-12
    two = two * fourth - 1.5360036648421057e-08
    two = two * fourth - 7.065523544818077e-06
    two = two * fourth + 0.348802024399054
    three = -1.481576537449334e-16 * fourth + 7.592160757536211e-13
    three = three * fourth + 1.2831311295971421e-09
    three = three * fourth - 4.831829763669453e-06
    three = three * fourth - 0.005907619380164658
    four = -3.005985245243839e-17 * fourth - 1.0679007175115437e-13
    four = four * fourth + 1.6916254912025594e-10
    four = four * fourth + 6.770197244141898e-07
    four = four * fourth - 0.001771596512913367
    found = (side + side) * ((one + place * two) + square * (three + place * four))
    far = bent > _NEAR
    if any_lane(far):
        end = _normal_end(maximum(minimum(share, 1.0 - share), LEAST_SHARE))
        end = select(side < 0.0, 0.0 - end, end)
        end = select(share < 1.0, end, share + _INF)
        found = select(far, end, found)
    return found


@helper
def _power(x: Vector) -> Vector:
    """The exponential of a number from -709 to 709.4."""
    whole = (x * _STEPS + _WHOLE) - _WHOLE
    rest = (x - whole * _LOG2_HIGH) - whole * _LOG2_LOW
    square = rest * rest
    # (e^x - 1 - x) / x^2, up to half a step: within 1.3e-17 of e^x.
    even = 2.7620088445409746e-07 * square + 2.4801521295954376e-05
    even = even * square + 0.0013888888917213717
    even = even * square + 0.04166666666662413
    even = even * square + 0.5000000000000001
    odd = 2.510038549551032e-08 * square + 2.7557268459997064e-06
    odd = odd * square + 0.00019841269863053618
    odd = odd * square + 0.008333333333330062
    odd = odd * square + 0.16666666666666669
    return (1.0 + (rest + square * (even + rest * odd))) * power_of_two(whole)


@helper
def _plain_log(x: Vector) -> Vector:
    """The natural logarithm of a number from 2^-1000 to 2^1000, to 2e-16 of it or of 1."""
    whole = exponent(x * _ROOT_OF_HALF) + 1.0
    rest = x * power_of_two(0.0 - whole) - 1.0
    return whole * _LOG2 + _twice_area(rest / (2.0 + rest))


@helper
def _twice_area(share: Vector) -> Vector:
    """ln((1 + s) / (1 - s)), for what is at most half a step of 2."""
    square = share * share
    return (share + share) + share * square * _bend(square)


@helper
def _bend(square: Vector) -> Vector:
    """(ln((1 + s) / (1 - s)) - 2 s) / s^3 over s^2, up to half a step of 2."""
    fourth = square * square
    even = 0.1461780715341737 * fourth + 0.1818289243253687
    even = even * fourth + 0.28571428626253836
    even = even * fourth + 0.666666666666667
    odd = 0.15331611722055002 * fourth + 0.22222211089379496
    odd = odd * fourth + 0.3999999999989889
    return even + square * odd


@helper
def _normal_end(share: Vector) -> Vector:
    """The normal quantile of 1 - u, of a u from 2^-54 to 0.0017."""
    # A quotient over the root of -ln u, from 2.52 to 6.13 (as by Wichura 1988, AS 241).
    root = square_root(0.0 - _plain_log(share))
    above = 0.008750656030937113 * root + 0.005001488666351053
    above = above * root - 2.018688809676286
    above = above * root - 7.337302962731911
    above = above * root + 5.862115824051643
    above = above * root + 14.4349013341939
    above = above * root - 7.122632035567276
    above = above * root - 3.12973552048698
    below = 9.540898078421501e-09 * root + 0.006186468092420911
    below = below * root + 0.0036362390953923046
    below = below * root - 1.4130595796884318
    below = below * root - 5.276241250277998
    below = below * root + 1.5719807921784237
    below = below * root + 6.188788463361878
    below = below * root + 1.0
    return above / below
