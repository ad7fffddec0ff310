"""What changed between two sessions as an Arrow table: the figures of `runform compare`, for other programs."""

from __future__ import annotations

import json

import pyarrow as pa

from runform_live.progress import overview
from runform_live.progress.as_json import rounded
from runform_live.progress.change import Change
from runform_live.progress.series import Progress

WORD = pa.dictionary(pa.int8(), pa.string())
CHANGE_SCHEMA = pa.schema(
    [
        pa.field("metric", pa.string(), nullable=False),
        pa.field("side", WORD, nullable=False),
        ("before", pa.float64()),
        ("after", pa.float64()),
        ("change", pa.float64()),
        ("ci95_low", pa.float64()),
        ("ci95_high", pa.float64()),
        ("detectable", pa.float64()),
        ("call", WORD),
        ("reasons", pa.list_(pa.string())),
        ("n_before", pa.int64()),
        ("n_after", pa.int64()),
        pa.field("gait", WORD, nullable=False),
    ]
)
NOT_COMPARED = Change(None, None, None, None)


def of_two(found: Progress) -> pa.Table:
    """The second session compared with the first: a row for each gait, metric and side, in the metric's unit. Unknown is null.

    Rows of the main figures come first; `gait` is that of the second session there. Rows of walking follow where both sessions have some.

    found: from `series.comparison`.
    """
    about = {
        "before": found.points[0].info.id,
        "after": found.points[1].info.id,
        "same_setup": json.dumps(found.same_setup),
    }
    rows = [_row(one) | {"gait": found.points[1].gait} for one in overview.between(found, 1)]
    rows += [_row(one) | {"gait": "walk"} for one in overview.walking_between(found, 1)]
    return pa.Table.from_pylist(rows, schema=CHANGE_SCHEMA.with_metadata(about))


def _row(one: overview.Row) -> dict[str, object]:
    change = one.change or NOT_COMPARED
    return {
        "metric": one.metric,
        "side": one.column,
        "before": rounded(one.before.value),
        "after": rounded(one.after.value),
        "change": rounded(change.change),
        "ci95_low": rounded(change.low),
        "ci95_high": rounded(change.high),
        "detectable": rounded(change.detectable),
        "call": change.call,
        "reasons": list(change.reasons),
        "n_before": one.before.n,
        "n_after": one.after.n,
    }
