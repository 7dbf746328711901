"""Parquet as a stream of bytes, a row group at a time: nothing but the newest one and the footer is in memory."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

from newscrawl.errors import ConfigError


class ParquetStream:
    """A Parquet file whose bytes are handed out as they come.

    `types` names the columns that are no text: number, share, flag, moment, texts. Raises ConfigError without pyarrow.
    """

    def __init__(self, columns: Sequence[str], types: Mapping[str, str]) -> None:
        try:
            import pyarrow.parquet
        except ImportError as error:
            raise ConfigError("Parquet needs pyarrow: pip install 'newscrawl[parquet]'") from error
        a = self._arrow = pyarrow
        known = {
            "text": a.string(), "number": a.int64(), "share": a.float64(), "flag": a.bool_(),
            "moment": a.timestamp("ms", "UTC"), "texts": a.list_(a.string()),
        }  # fmt: skip
        self._schema = a.schema([(name, known[types.get(name, "text")]) for name in columns])
        self._sink = _Sink()
        self._writer = pyarrow.parquet.ParquetWriter(self._sink, self._schema, compression="zstd")

    def write(self, rows: Sequence[Mapping[str, Any]]) -> bytes:
        """Append rows; return the bytes of the file that follow those before."""
        if rows:
            self._writer.write_table(self._arrow.Table.from_pylist(list(rows), schema=self._schema))
        return self._sink.taken()

    def close(self) -> bytes:
        """Complete the file; return its last bytes."""
        self._writer.close()
        return self._sink.taken()


class _Sink(io.RawIOBase):
    """A file that keeps what was written until it is taken."""

    def __init__(self) -> None:
        super().__init__()
        self._written = bytearray()
        self._at = 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._written += data
        self._at += len(data)
        return len(data)

    def tell(self) -> int:
        return self._at

    def taken(self) -> bytes:
        data = bytes(self._written)
        self._written.clear()
        return data
