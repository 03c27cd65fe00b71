"""Makes `removals.json`: a plan of removals as files hold it. Run it when that is *meant* to change, and mind its schema's number.

ASSISTANT_EDITOR_ROLE=worker python -m tests.golden.make_removals
"""

from __future__ import annotations

import json
from pathlib import Path

GOLDEN = Path(__file__).resolve().with_name("removals.json")

if __name__ == "__main__":
    import tests.conftest  # noqa: F401  makes the checkout importable
    from tests.timeline.test_removal_plan import written

    GOLDEN.write_text(json.dumps(json.loads(written()), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
