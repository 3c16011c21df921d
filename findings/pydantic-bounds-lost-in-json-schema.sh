#!/usr/bin/env bash
# pydantic 2.12.5 with jsonschema 4.25.1.
# The bounds of an optional number vanish from the JSON Schema where the number's type has a
# validator that runs before it: `ge` and `le` are written as they are, which are no words of
# JSON Schema and are passed over, instead of `minimum` and `maximum`. Pydantic itself refuses
# what the schema lets through. Without the validator, or without `| None`, they are written.
#
# Seen:
#   plain optional: minimum 1, maximum 9; 20 refused by pydantic, refused by the schema
#   with a validator: le 9, ge 1; 20 refused by pydantic, accepted by the schema
set -euo pipefail
place=$(mktemp -d); trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install -q --disable-pip-version-check pydantic==2.12.5 jsonschema==4.25.1
"$place/venv/bin/python" - > "$place/seen" <<'PYTHON'
from typing import Annotated

import jsonschema
from pydantic import BaseModel, BeforeValidator, Field, ValidationError

Checked = Annotated[int, BeforeValidator(lambda value: value)]


class Rounds(BaseModel):
    plain: int | None = Field(None, ge=1, le=9)
    checked: Checked | None = Field(None, ge=1, le=9)


schema = Rounds.model_json_schema()
for name, words in (("plain", "plain optional"), ("checked", "with a validator")):
    number = schema["properties"][name]["anyOf"][0]
    bounds = ", ".join(f"{key} {value}" for key, value in sorted(number.items(), reverse=True)
                       if key not in ("type", "title"))
    try:
        Rounds(**{name: 20})
        own = "accepted"
    except ValidationError:
        own = "refused"
    allowed = jsonschema.Draft202012Validator(schema).is_valid({name: 20})
    by_schema = "accepted" if allowed else "refused"
    print(f"{words}: {bounds}; 20 {own} by pydantic, {by_schema} by the schema")
PYTHON
cat "$place/seen"
diff "$place/seen" - <<'SEEN'
plain optional: minimum 1, maximum 9; 20 refused by pydantic, refused by the schema
with a validator: le 9, ge 1; 20 refused by pydantic, accepted by the schema
SEEN
echo "as described"
