"""The accounts of two arms, side by side: every lever's use, and what moves a quantity."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import replace

from sim.analysis.contributions import Key, Push, PushKind, Use, reason, written
from sim.model.draws import central
from sim.model.layout import Layout
from sim.model.ledger import Account
from sim.model.streams import Floats
from sim.model.theory import start
from sim.scenario.check_proposition import TwoArms
from sim.scenario.lookup import consent
from sim.scenario.phrases import Phrase, parse
from sim.scenario.report import same_quantity
from sim.scenario.schema import Description

_RULE: dict[PushKind, str] = {"ruling": "ruled", "government": "renewed"}
"""What governments do to support, by where an account has it."""


class Accounts:
    """The accounts of two arms, side by side."""

    def __init__(self, change: TwoArms, reference: Account, changed: Account) -> None:
        self._change, self._accounts = change, (reference, changed)
        self._places = [
            {key: place for place, key in enumerate(account.candidates)}
            for account in self._accounts
        ]
        self.keys = tuple(dict.fromkeys((*reference.candidates, *changed.candidates)))

    def use(self, key: Key) -> Use:
        """How often a lever is used in both arms, and why."""
        used, proposed, opened = (self._of(name, key) for name in ("used", "proposed", "open"))
        asked = any(
            consent(arm.description.levers[key[0]], key[1], key[2]) is not None
            for arm in (self._change.reference, self._change.changed)
            if key[0] in arm.description.levers
        )
        shares = [u / p if p else math.nan for u, p in zip(used, proposed, strict=True)]
        sentiment, heat, trust, review = (
            self._gap(key, name) for name in ("sentiment", "heat", "trust", "review")
        )
        proposal, answer = (
            reason(
                who, ends[0], ends[1], self._parts(side, key),
                self._odds(key, nth) + sentiment + sum(more), sentiment, *more,
            )
            for nth, (who, side, ends, more) in enumerate(
                ((key[1], "proposal", proposed, (heat, 0.0, review)),
                 (key[2], "answer", shares, (0.0, trust, 0.0)))
            )
        )  # fmt: skip
        return Use(
            key=key,
            before=used[0],
            after=used[1],
            proposal=proposal,
            answer=answer if asked else None,
            open=(opened[0], opened[1]),
            written=written(self._change, key),
        )

    def moving(self, phrase: Phrase, sign: float) -> Iterator[Use | Push]:
        """All that moves a quantity; ``sign`` is -1 where less of it is looked for."""
        wanted = same_quantity(phrase)
        by_arm: list[dict[Key, float]] = []
        for account in self._accounts:
            moved: dict[Key, float] = {}
            for (place, what), change in zip(account.moved, account.change, strict=True):
                if same_quantity(what) == wanted:
                    key = account.candidates[place]
                    moved[key] = moved.get(key, 0.0) + float(change)
            by_arm.append(moved)
        for key in self.keys:
            before, after = (moved.get(key, 0.0) for moved in by_arm)
            if before or after:
                use = self.use(key)
                uses, change = (use.after, after) if use.after else (use.before, before)
                yield replace(
                    use,
                    quantity=phrase,
                    contribution=sign * (after - before),
                    each=change / uses if uses else math.nan,
                )
        yield from self._events(wanted, sign)
        yield from self._beside(wanted, sign)

    def counted(self, keys: Iterable[Key], *, asking: bool) -> Iterator[Use]:
        """Levers that are counted: what takes effect, or, ``asking``, what is proposed."""
        for key in keys:
            use = self.use(key)
            yield replace(
                use, contribution=use.proposal.change if asking else use.after - use.before
            )

    def agreed(self, keys: Iterable[Key]) -> Iterator[Use | Push]:
        """Levers of whose proposals the share agreed to is looked at.

        The difference of the share falls into two parts: how readily each is
        agreed to, and a shift toward what is agreed to more or less readily.
        """
        uses = [self.use(key) for key in keys]
        totals = [sum(self._of("proposed", use.key)[arm] for use in uses) for arm in (0, 1)]
        shares = [sum((use.before, use.after)[arm] for use in uses) for arm in (0, 1)]
        if not all(totals):
            yield from uses
            return
        common = sum(s / t for s, t in zip(shares, totals, strict=True)) / 2
        shifts = []
        for use in uses:
            asked = use.proposal.before / totals[0], use.proposal.after / totals[1]
            rates = [use.answer.before, use.answer.after] if use.answer else []
            known = [rate for rate in rates if math.isfinite(rate)]
            rate = sum(known) / len(known) if known else common
            shifts.append(((rate - common) * (asked[1] - asked[0]), use.key, *asked))
            within = use.answer.change * sum(asked) / 2 if use.answer else 0.0
            yield replace(use, contribution=within)
        _, key, before, after = max(shifts, key=lambda one: abs(one[0]))
        yield Push("shift", key, None, before, after, sum(one[0] for one in shifts))

    def _events(self, phrase: Phrase, sign: float) -> Iterator[Push]:
        """Events that move a quantity, by how often they happen; their size is as written."""
        before, after = (account.happened for account in self._accounts)
        for name in dict.fromkeys((*before, *after)):
            times = before.get(name, 0.0), after.get(name, 0.0)
            size = next(
                (
                    found
                    for arm in (self._change.changed, self._change.reference)
                    if (found := _size(name, phrase, arm.description))
                ),
                0.0,
            )
            if size and times[0] != times[1]:
                gap = sign * size * (times[1] - times[0])
                yield Push("event", (name,), phrase, *times, gap)

    def _beside(self, phrase: Phrase, sign: float) -> Iterator[Push]:
        reference, changed = self._accounts

        def push(kind: PushKind, names: tuple[str, ...], before: float, after: float) -> Push:
            return Push(kind, names, phrase, before, after, sign * (after - before))

        for key in dict.fromkeys((*reference.flowed, *changed.flowed)):
            if key[1] == phrase:
                before, after = (account.flowed.get(key, 0.0) for account in (reference, changed))
                yield push("arrangement", key[:1], before, after)

        if phrase.kind == "affinity":
            a, b = phrase.names
            for ends in ((a, b), (b, a)):
                before, after = (account.reacted.get(ends, 0.0) for account in (reference, changed))
                yield push("reaction", ends, before, after)
                before, after = (
                    account.answered.get(ends, 0.0) for account in (reference, changed)
                )
                yield push("answer", ends, before, after)
            before, after = (account.balance.get((a, b), 0.0) for account in (reference, changed))
            yield push("balance", (a, b), before, after)
        elif phrase.kind == "support":
            before, after = (
                float(sum(paid for key, paid in zip(account.candidates, account.paid, strict=True)
                          if key[1] == phrase.names[0]))
                for account in (reference, changed)
            )  # fmt: skip
            yield push("cost", phrase.names, before, after)
            for kind, of in _RULE.items():
                before, after = (
                    getattr(account, of).get(phrase.names[0], 0.0)
                    for account in (reference, changed)
                )
                if before or after:
                    yield push(kind, phrase.names, before, after)

    def _of(self, name: str, key: Key) -> list[float]:
        return [
            float(getattr(account, name)[places[key]]) if key in places else 0.0
            for account, places in zip(self._accounts, self._places, strict=True)
        ]

    def _odds(self, key: Key, side: int) -> float:
        before, after = (
            float(account.odds[places[key], side]) if key in places else math.nan
            for account, places in zip(self._accounts, self._places, strict=True)
        )
        return after - before

    def _gap(self, key: Key, name: str) -> float:
        """Difference of what is known of a lever; 0 where only one arm has it."""
        if not all(key in places for places in self._places):
            return 0.0
        before, after = self._of(name, key)
        return after - before

    def _parts(self, side: str, key: Key) -> Floats | None:
        if not all(key in places for places in self._places):
            return None
        before, after = (
            getattr(account, side)[places[key]]
            for account, places in zip(self._accounts, self._places, strict=True)
        )
        difference: Floats = after - before
        return difference


def _size(event: str, phrase: Phrase, description: Description) -> float:
    """What an event moves a quantity by; from its start, where it sets it."""
    if event not in description.events:
        return 0.0
    for text, change in description.events[event].changes.items():
        if (found := parse(text)) is None or same_quantity(found) != phrase:
            continue
        if change.by is not None:
            return change.by.value
        if change.to is not None:
            layout = Layout.of(description)
            begun = start(description, layout, central(description), 1)[layout.row(phrase), 0]
            return change.to.value - float(begun)
    return 0.0
