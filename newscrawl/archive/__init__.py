"""The archive as files: exports, WARC and WACZ."""
