#!/usr/bin/env bash
# pySigma-backend-sumologic 0.2.5: `adm*n` becomes the regular expression /adm*n/, in which the star repeats the m: it
# matches `adn` and `admmn`, and not `admin`. A question mark is escaped and so matches itself only.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check pysigma-backend-sumologic==0.2.5 pysigma==1.5.1
v/bin/python - >seen <<'PY'
import json
import re

from sigma.backends.sumologic import SumoLogicCSEBackend
from sigma.collection import SigmaCollection

for value in ["adm*n", "adm?n"]:
    rule = "title: t\nlogsource: {product: any}\ndetection:\n  s: {actor.user.name: '" + value + "'}\n  condition: s\n"
    converted = SumoLogicCSEBackend().convert(SigmaCollection.from_yaml(rule))
    text = converted if isinstance(converted, str) else converted[0]
    expression = (json.loads(text) if isinstance(text, str) else text)["rules"][0]["expression"]
    pattern = expression.split("/")[1]
    print(expression, {name: bool(re.fullmatch(pattern, name)) for name in ["admin", "adn"]})
PY
diff - seen <<'SEEN'
fields['actor.user.name'] matches /adm*n/ {'admin': False, 'adn': True}
fields['actor.user.name'] matches /adm\?n/ {'admin': False, 'adn': False}
SEEN
echo "as described"
