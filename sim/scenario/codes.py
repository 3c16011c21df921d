"""CAMEO event codes: each with its name and its Goldstein value, and the way from words to a code.

CAMEO is the list of event types of event data sets (P. A. Schrodt, *CAMEO: Conflict and
Mediation Event Observations, Event and Actor Codebook*, 2012); the names here follow its
own, shortened. The values are on the scale of J. S. Goldstein ("A Conflict-Cooperation
Scale for WEIS Events Data", *Journal of Conflict Resolution* 36, 1992), as they are
assigned to CAMEO codes.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Code:
    """An event type.

    Attributes
    ----------
    code : str
        Two digits (a root), three or four.
    name : str
        What is done, as a verb phrase.
    goldstein : float
        From -10, most hostile, to 10, most friendly.
    """

    code: str
    name: str
    goldstein: float

    def __str__(self) -> str:
        return f"'{self.code}' ({self.name})"


_TABLE = """
01 0 make a public statement
010 0 make a statement
011 -0.1 decline to comment
012 -0.4 make a pessimistic comment
013 0.4 make an optimistic comment
014 0 consider a policy option
015 0 acknowledge or claim responsibility
016 -5 deny responsibility
017 0 perform a symbolic act
018 3.4 make an empathetic comment
019 3.4 express accord
02 3 appeal
020 3 make an appeal or request
021 3.4 appeal for material cooperation
0211 3.4 appeal for economic cooperation
0212 3.4 appeal for military cooperation
0213 3.4 appeal for judicial cooperation
0214 3.4 appeal for intelligence
022 3.4 appeal for diplomatic cooperation
023 3.4 appeal for aid
0231 3.4 appeal for economic aid
0232 3.4 appeal for military aid
0233 3.4 appeal for humanitarian aid
0234 3.4 appeal for military protection or peacekeeping
024 -0.3 appeal for political reform
0241 -0.3 appeal for change in leadership
0242 -0.3 appeal for policy change
0243 -0.3 appeal for rights
0244 -0.3 appeal for change in institutions or regime
025 -0.3 appeal to yield
0251 -0.3 appeal for easing of administrative sanctions
0252 -0.3 appeal for easing of political dissent
0253 -0.3 appeal for release of persons or property
0254 -0.3 appeal for easing of economic sanctions, boycott or embargo
0255 -0.3 appeal for target to allow international involvement beyond mediation
0256 -0.3 appeal for de-escalation of military engagement
026 4 appeal to others to meet or negotiate
027 4 appeal to others to settle dispute
028 4 appeal to engage in or accept mediation
03 4 express intent to cooperate
030 4 express intent to cooperate
031 5.2 express intent to engage in material cooperation
0311 5.2 express intent to cooperate economically
0312 5.2 express intent to cooperate militarily
0313 5.2 express intent to cooperate on judicial matters
0314 5.2 express intent to cooperate on intelligence
032 4.5 express intent to engage in diplomatic cooperation
033 5.2 express intent to provide material aid
0331 5.2 express intent to provide economic aid
0332 5.2 express intent to provide military aid
0333 5.2 express intent to provide humanitarian aid
0334 6 express intent to provide military protection or peacekeeping
034 7 express intent to institute political reform
0341 7 express intent to change leadership
0342 7 express intent to change policy
0343 7 express intent to provide rights
0344 7 express intent to change institutions or regime
035 7 express intent to yield
0351 7 express intent to ease administrative sanctions
0352 7 express intent to ease popular dissent
0353 7 express intent to release persons or property
0354 7 express intent to ease economic sanctions, boycott or embargo
0355 7 express intent to allow international involvement beyond mediation
0356 7 express intent to de-escalate military engagement
036 4 express intent to meet or negotiate
037 5 express intent to settle dispute
038 7 express intent to accept mediation
039 5 express intent to mediate
04 1 consult
040 1 consult
041 1 discuss by telephone
042 1.9 make a visit
043 2.8 host a visit
044 2.5 meet at a third place
045 5 mediate
046 7 engage in negotiation
05 3.5 engage in diplomatic cooperation
050 3.5 engage in diplomatic cooperation
051 3.4 praise or endorse
052 3.5 defend verbally
053 3.8 rally support on behalf of
054 6 grant diplomatic recognition
055 7 apologise
056 7 forgive
057 8 sign a formal agreement
06 6 engage in material cooperation
060 6 engage in material cooperation
061 6.4 cooperate economically
062 7.4 cooperate militarily
063 7.4 engage in judicial cooperation
064 7 share intelligence or information
07 7 provide aid
070 7 provide aid
071 7.4 provide economic aid
072 8.3 provide military aid
073 7.4 provide humanitarian aid
074 8.5 provide military protection or peacekeeping
075 7 grant asylum
08 5 yield
080 5 yield
081 5 ease administrative sanctions
0811 5 ease restrictions on political freedoms
0812 5 ease ban on political parties or politicians
0813 5 ease curfew
0814 5 ease state of emergency or martial law
082 5 ease political dissent
083 5 accede to requests or demands for political reform
0831 5 accede to demands for change in leadership
0832 5 accede to demands for change in policy
0833 5 accede to demands for rights
0834 5 accede to demands for change in institutions or regime
084 7 return or release
0841 7 return or release persons
0842 7 return or release property
085 7 ease economic sanctions, boycott or embargo
086 9 allow international involvement
0861 9 receive deployment of peacekeepers
0862 9 receive inspectors
0863 9 allow humanitarian access
087 9 de-escalate military engagement
0871 9 declare truce or ceasefire
0872 9 ease military blockade
0873 9 demobilize armed forces
0874 10 retreat or surrender militarily
09 -2 investigate
090 -2 investigate
091 -2 investigate crime or corruption
092 -2 investigate human rights abuses
093 -2 investigate military action
094 -2 investigate war crimes
10 -5 demand
100 -5 demand
101 -5 demand material cooperation
1011 -5 demand economic cooperation
1012 -5 demand military cooperation
1013 -5 demand judicial cooperation
1014 -5 demand intelligence cooperation
102 -5 demand diplomatic cooperation
103 -5 demand material aid
1031 -5 demand economic aid
1032 -5 demand military aid
1033 -5 demand humanitarian aid
1034 -5 demand military protection or peacekeeping
104 -5 demand political reform
1041 -5 demand change in leadership
1042 -5 demand policy change
1043 -5 demand rights
1044 -5 demand change in institutions or regime
105 -5 demand that target yields
1051 -5 demand easing of administrative sanctions
1052 -5 demand easing of political dissent
1053 -5 demand release of persons or property
1054 -5 demand easing of economic sanctions, boycott or embargo
1055 -5 demand that target allows international involvement beyond mediation
1056 -5 demand de-escalation of military engagement
106 -5 demand meeting or negotiation
107 -5 demand settling of dispute
108 -5 demand mediation
11 -2 disapprove
110 -2 disapprove
111 -2 criticize or denounce
112 -2 accuse
1121 -2 accuse of crime or corruption
1122 -2 accuse of human rights abuses
1123 -2 accuse of aggression
1124 -2 accuse of war crimes
1125 -2 accuse of espionage or treason
113 -2 rally opposition against
114 -2 complain officially
115 -2 bring lawsuit against
116 -2 find guilty or liable by law
12 -4 reject
120 -4 reject
121 -4 reject material cooperation
1211 -4 reject economic cooperation
1212 -4 reject military cooperation
1213 -4 reject judicial cooperation
122 -4 reject request or demand for material aid
1221 -4 reject request for economic aid
1222 -4 reject request for military aid
1223 -4 reject request for humanitarian aid
1224 -4 reject request for military protection or peacekeeping
123 -4 reject request or demand for political reform
1231 -4 reject request for change in leadership
1232 -4 reject request for policy change
1233 -4 reject request for rights
1234 -4 reject request for change in institutions or regime
124 -4 refuse to yield
1241 -4 refuse to ease administrative sanctions
1242 -4 refuse to ease popular dissent
1243 -4 refuse to release persons or property
1244 -4 refuse to ease economic sanctions, boycott or embargo
1245 -4 refuse to allow international involvement beyond mediation
1246 -4 refuse to de-escalate military engagement
125 -5 reject a proposal to meet, discuss or negotiate
126 -5 reject mediation
127 -5 reject plan or agreement to settle dispute
128 -5 defy norms or law
129 -5 veto
13 -6 threaten
130 -4.4 threaten
131 -5.8 threaten non-force
1311 -5.8 threaten to reduce or stop aid
1312 -5.8 threaten with sanctions, boycott, embargo
1313 -5.8 threaten to reduce or break relations
132 -5.8 threaten with administrative sanctions
1321 -5.8 threaten with restrictions on political freedoms
1322 -5.8 threaten to ban political parties or politicians
1323 -5.8 threaten to impose curfew
1324 -5.8 threaten to impose state of emergency or martial law
133 -5.8 threaten with political dissent or protest
134 -5.8 threaten to halt negotiations
135 -5.8 threaten to halt mediation
136 -7 threaten to halt international involvement beyond mediation
137 -7 threaten with repression
138 -7 threaten with military force
1381 -7 threaten blockade
1382 -7 threaten occupation
1383 -7 threaten unconventional violence
1384 -7 threaten conventional attack
1385 -7 threaten attack with weapons of mass destruction
139 -7 give an ultimatum
14 -6.5 protest
140 -6.5 engage in political dissent
141 -6.5 demonstrate or rally
1411 -6.5 demonstrate for leadership change
1412 -6.5 demonstrate for policy change
1413 -6.5 demonstrate for rights
1414 -6.5 demonstrate for change in institutions or regime
142 -6.5 conduct hunger strike
1421 -6.5 conduct hunger strike for leadership change
1422 -6.5 conduct hunger strike for policy change
1423 -6.5 conduct hunger strike for rights
1424 -6.5 conduct hunger strike for change in institutions or regime
143 -6.5 conduct strike or boycott
1431 -6.5 conduct strike or boycott for leadership change
1432 -6.5 conduct strike or boycott for policy change
1433 -6.5 conduct strike or boycott for rights
1434 -6.5 conduct strike or boycott for change in institutions or regime
144 -7.5 obstruct passage or block
1441 -7.5 obstruct passage to demand leadership change
1442 -7.5 obstruct passage to demand policy change
1443 -7.5 obstruct passage to demand rights
1444 -7.5 obstruct passage to demand change in institutions or regime
145 -7.5 protest violently or riot
1451 -7.5 engage in violent protest for leadership change
1452 -7.5 engage in violent protest for policy change
1453 -7.5 engage in violent protest for rights
1454 -7.5 engage in violent protest for change in institutions or regime
15 -7.2 exhibit force posture
150 -7.2 demonstrate military or police power
151 -7.2 increase police alert status
152 -7.2 increase military alert status
153 -7.2 mobilize or increase police power
154 -7.2 mobilize or increase armed forces
16 -4 reduce relations
160 -4 reduce relations
161 -4 reduce or break diplomatic relations
162 -5.6 reduce or stop material aid
1621 -5.6 reduce or stop economic assistance
1622 -5.6 reduce or stop military assistance
1623 -5.6 reduce or stop humanitarian assistance
163 -8 impose an embargo, a boycott or sanctions
164 -6.5 halt negotiations
165 -7 halt mediation
166 -7 expel or withdraw
1661 -7 expel or withdraw peacekeepers
1662 -7 expel or withdraw inspectors or observers
1663 -7 expel or withdraw aid agencies
17 -7 coerce
170 -7 coerce
171 -9.2 seize or damage property
1711 -9.2 confiscate property
1712 -9.2 destroy property
172 -5 impose administrative sanctions
1721 -5 impose restrictions on political freedoms
1722 -5 ban political parties or politicians
1723 -5 impose curfew
1724 -5 impose state of emergency or martial law
173 -5 arrest, detain or charge with legal action
174 -5 expel or deport individuals
175 -9 use tactics of violent repression
18 -9 assault
180 -9 use unconventional violence
181 -9 abduct, hijack or take hostage
182 -9.5 physically assault
1821 -9 sexually assault
1822 -9 torture
1823 -10 kill by physical assault
183 -10 bomb by suicide, car or other non-military means
1831 -10 carry out suicide bombing
1832 -10 carry out car bombing
1833 -10 carry out roadside bombing
184 -8 use as human shield
185 -8 attempt to assassinate
186 -10 assassinate
19 -10 fight
190 -10 use conventional military force
191 -9.5 impose a blockade or restrict movement
192 -9.5 occupy territory
193 -10 fight with small arms and light weapons
194 -10 fight with artillery and tanks
195 -10 employ aerial weapons
196 -9.5 violate ceasefire
20 -10 use unconventional mass violence
200 -10 use unconventional mass violence
201 -9.5 engage in mass expulsion
202 -10 engage in mass killings
203 -10 engage in ethnic cleansing
204 -10 use weapons of mass destruction
2041 -10 use chemical, biological or radiological weapons
2042 -10 detonate nuclear weapons
"""


def _read(table: str) -> dict[str, Code]:
    lines = (line.split(" ", 2) for line in table.strip().splitlines())
    return {code: Code(code, name, float(value)) for code, value, name in lines}


CODES: Mapping[str, Code] = _read(_TABLE)
"""Every code, in order."""

_EVERYDAY = {
    "040": "talk, confer, meet",
    "041": "phone, call",
    "042": "visit, minister, envoy",
    "043": "summit, receive",
    "046": "negotiate, bargain, hold talks",
    "045": "mediate, carry messages, good offices",
    "030": "offer, promise, pledge",
    "0334": "reassure, guarantee",
    "051": "reaffirm",
    "054": "recognise, open embassy",
    "055": "apologise",
    "057": "treaty, pact, accord, deal, agreement, agree, divide, sign treaty, settle",
    "061": "trade, market, commerce, invest, pipeline, gas, oil, project, capital, sell gas, fund",
    "062": "exercise, manoeuvre, alliance",
    "064": "share data, intelligence",
    "070": "help, support",
    "071": "loan, credit",
    "072": "weapons, sell arms, send arms, arms, arm rebels, fund rebels",
    "073": "relief, food, humanitarian aid",
    "081": "ease visits, ease visas, ease restrictions",
    "085": "ease sanctions, lift sanctions, end sanctions, lift embargo, lift boycott, cut tariffs",
    "0841": "release prisoners, return prisoners, free prisoners",
    "0871": "ceasefire, cease fire, stop fighting",
    "0873": "withdraw, withdraw troops, disarm",
    "0874": "retreat, surrender",
    "090": "inspect",
    "100": "insist, press claim, claim",
    "111": "criticise, condemn, blame",
    "114": "complain, object, protest",
    "115": "sue, court",
    "120": "refuse",
    "127": "rule out",
    "130": "warn, threat",
    "1312": "threaten sanctions, threaten embargo, threaten tariffs",
    "138": "threaten war, threaten attack, threaten force, threaten invasion",
    "141": "demonstrate",
    "145": "riot",
    "150": "patrol, parade, missile, nuclear test, show force, manoeuvre border",
    "154": "troops, soldiers, army, fleet, march, mobilise, reinforce, rearm",
    "161": "ambassador, recall ambassador, break relations, expel diplomats, close embassy",
    "162": "cut aid, stop aid, end aid",
    "163": "tariff, sanction, embargo, boycott, penalise, penalise trade, impose sanctions",
    "164": "halt talks, end talks, break talks, leave talks, walk out",
    "166": "expel",
    "171": "seize",
    "1711": "confiscate, nationalise",
    "172": "curb, restrict, visas, ban, close border",
    "174": "deport",
    "181": "kidnap",
    "190": "war, declare war, attack, invade, strike, fight, cyber attack",
    "191": "blockade, block",
    "192": "annex, occupy",
    "194": "shell",
    "195": "bomb, air raid",
}
"""Everyday words, alone or two together, for the code that they stand for above others."""
_ENDINGS = ("ations", "ation", "ingly", "ally", "ments", "ment", "ings", "ing", "ies", "ied",
            "ers", "er", "ed", "es", "s", "e", "y")  # fmt: skip
_MEANS, _LEAST = 4.0, 1.5
"""What an everyday word counts for its code, and what a code must come to."""
_SMALL = frozenset(
    re.findall(
        "[a-z]+",
        "a an the of to or and in on for by with at from its their his her own more other others "
        "express intent engage provide use make give take hold keep carry bring conduct out up "
        "off car against attempt target",
    )
)
"""Words that say little of what is done."""


_QUITS = re.compile(
    r"\b(?:quit|leave|break|cancel|renounce|denounce|abandon|exit|repudiate|revoke|annul|scrap|"
    r"rescind)s?\b|\b(?:withdraw|pull out|walk out|back out|step out)\b.*\b(?:from|of)\b"
)
"""Who does so does not do what the rest of the name says: no code of cooperation is meant."""
_FRIENDLY = "08"
"""The last root of cooperation."""


def _stem(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word.removesuffix(ending)
    return word


def _stems(text: str) -> tuple[str, ...]:
    words = re.findall(r"[a-z]+", text.lower())
    return tuple(dict.fromkeys(_stem(word) for word in words if word not in _SMALL))


_STEMS = {code: frozenset(_stems(one.name)) for code, one in CODES.items()}
_MEANT = {
    frozenset(_stem(word) for word in words.split()): code
    for code, listed in _EVERYDAY.items()
    for words in listed.split(", ")
}
_HOLDING = Counter(stem for stems in _STEMS.values() for stem in stems)


def found(words: str) -> tuple[Code, ...]:
    """The codes that begin with some digits, or whose names hold all of some words.

    An everyday word that the names do not use, such as ``treaty``, finds the code that
    it stands for.
    """
    if words.strip().isdigit():
        return tuple(one for one in CODES.values() if one.code.startswith(words.strip()))
    wanted = set(_stems(words))
    meant = {code for said, code in _MEANT.items() if said == wanted}
    return tuple(
        one for code, one in CODES.items() if wanted and (wanted <= _STEMS[code] or code in meant)
    )


def suggested(name: str) -> Code | None:
    """The code that the name of a lever speaks of, if one stands out.

    Words in the name of a code count by how rare they are among all codes; an everyday
    word counts for the code that it stands for. The less else a code says, the better.
    """
    wanted = frozenset(_stem(word) for word in re.findall("[a-z]+", name.lower()))
    quits = _QUITS.search(name.lower())
    best, code = max(
        (_likeness(wanted, code), -nth, code)
        for nth, code in enumerate(CODES)
        if len(code) > 2 and not (quits and code[:2] <= _FRIENDLY)
    )[::2]
    return CODES[code] if best >= _LEAST else None


def _likeness(wanted: frozenset[str], code: str) -> float:
    stems = _STEMS[code]
    said = sum(math.log(len(CODES) / _HOLDING[stem]) for stem in wanted & stems)
    meant = max(
        (len(one) for one, its in _MEANT.items() if its == code and one <= wanted), default=0
    )
    return said / (1 + 0.3 * len(stems - wanted)) + _MEANS * meant
