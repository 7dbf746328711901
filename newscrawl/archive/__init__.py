"""Exports of the archive: JSON lines, Parquet, WARC and WACZ."""
