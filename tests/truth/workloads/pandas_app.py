# SPDX-License-Identifier: MIT
"""pandas: frames of objects, numbers, times and categories; what they are
grouped, joined and resampled to, with caches as use fills them."""
import io

import numpy as np
import pandas as pd
import pandas.core.resample  # noqa: F401, imported late otherwise
import pandas.io.formats.csvs  # noqa: F401

from applications import held_by_c  # noqa: F401

ROWS = 3000


class Money:
    __slots__ = ("amount", "currency")

    def __init__(self, amount, currency):
        self.amount, self.currency = amount, currency


class Ledger(pd.DataFrame):
    _metadata = ["owner"]

    @property
    def _constructor(self):
        return Ledger


def orders():
    numbers = np.arange(ROWS)
    return pd.DataFrame({
        "customer": ["c%d" % (i % 97) for i in numbers],
        "kind": pd.Categorical(["new", "old", "gone"] * (ROWS // 3)),
        "placed": pd.date_range("2020-01-01", periods=ROWS, freq="H"),
        "zone": pd.date_range("2020-01-01", periods=ROWS, freq="H",
                              tz="UTC"),
        "amount": numbers / 7, "pieces": pd.array(
            [i if i % 5 else None for i in range(ROWS)], dtype="Int64"),
        "flag": pd.array([True, False, None] * (ROWS // 3), dtype="boolean"),
        "note": pd.array(["n%d" % (i % 50) for i in numbers], dtype="string"),
        "money": [Money(i, "EUR") for i in range(ROWS)],
        "lists": [[i, str(i)] for i in range(ROWS)],
        "span": pd.to_timedelta(numbers, unit="s"),
        "month": pd.period_range("2000-01", periods=ROWS, freq="M"),
        "interval": pd.interval_range(0, ROWS)})


def use(frame):
    """What fills caches."""
    by = frame.groupby(["customer", "kind"])
    table = frame.pivot_table("amount", "customer", "kind", "sum")
    indexed = frame.set_index(["customer", "placed"]).sort_index()
    kept = [by, by.amount.agg(["sum", "mean"]), table, indexed, by.groups,
            indexed.loc["c5"], indexed.index.get_loc(("c5", indexed.index[
                indexed.index.get_loc("c5")][0][1])),
            frame.merge(frame.head(200), on="customer"),
            frame.set_index("placed").amount.resample("D").sum(),
            frame.amount.rolling(5), frame.amount.rolling(5).mean(),
            frame.amount.expanding(), frame.amount.ewm(3), frame.describe(),
            frame.kind.cat.codes, frame.kind.cat, frame.note.str,
            frame.placed.dt, frame.dtypes, frame.memory_usage(deep=False),
            frame.isna(), frame.apply(lambda row: row.amount * 2, axis=1),
            frame.T.head(3), pd.get_dummies(frame.kind), frame.iloc[5],
            frame.loc[5:9], frame.query("amount > 5").head(),
            frame.stack().head(100)]
    for column in frame.columns[:3]:
        kept += [frame[column], frame[column].unique(),
                 frame[column].value_counts()]
    frame.index.is_unique
    index = pd.Index(frame.customer.unique())
    kept += [index, index.get_indexer(["c1", "c2"]), "c5" in index,
             index.to_frame(), frame.columns.get_loc("kind")]
    return kept


def small():
    kept = [[pd.Timestamp("2020-01-%02d" % (1 + i % 28), tz="UTC") for i in range(500)],
            [pd.Timedelta(i, "s") for i in range(500)],
            [pd.Period("2020-%02d" % (i % 12 + 1)) for i in range(300)],
            [pd.Interval(i, i + 1) for i in range(300)],
            [pd.offsets.Hour(i) for i in range(1, 100)],
            pd.offsets.CustomBusinessDay(), pd.offsets.BMonthEnd(), pd.NaT,
            pd.NA, pd.arrays.SparseArray([0, 0, 1, 2]),
            pd.RangeIndex(5), pd.CategoricalDtype(["a", "b"], True),
            pd.Series(pd.arrays.SparseArray([0, 1])).sparse,
            pd.MultiIndex.from_product([["a", "b"], range(50)]),
            pd.IntervalIndex.from_breaks(range(100)), pd.Grouper(key="k"),
            pd.api.types.CategoricalDtype(), pd.NamedAgg("c", "sum"),
            pd.DatetimeTZDtype(tz="UTC"), pd.options.display]
    interval = pd.IntervalIndex.from_breaks(range(100))
    kept += [interval, interval.get_loc(5), pd.cut([1, 2, 7], [0, 2, 8]),
             pd.qcut(range(50), 4), pd.factorize(["a", "b", "a"])]
    return kept


def read(frame):
    text = frame.drop(columns=["money", "lists"]).to_csv()
    again = pd.read_csv(io.StringIO(text), parse_dates=["placed"])
    chunks = pd.read_csv(io.StringIO(text), chunksize=500)
    kept = [again, chunks, next(chunks), pd.read_json(io.StringIO(
        frame[["customer", "amount"]].head(50).to_json())),
        frame.head(100).to_dict("records"), list(frame.head(50).itertuples()),
        frame.head(20).iterrows(), frame.to_records()[:10]]
    try:
        frame["none"]
    except KeyError as e:
        kept.append(e)
    try:
        pd.read_csv(io.StringIO("a,b\n1,2,3\n4,5,6,7"))
    except pd.errors.ParserError as e:
        kept.append(e)
    return kept


def build(size):
    frame = orders()
    ledger = Ledger(frame.head(50))
    ledger.owner = ["somebody"]
    frame.attrs["source"] = {"made": "here"}
    view = frame["amount"]
    return [frame, ledger, ledger.head(), view, use(frame), small(),
            read(frame), pd.concat([frame.head(20), frame.tail(20)]),
            frame.copy(), pd.DataFrame({"o": [frame, None]}, dtype=object)]
