"""Characters around a value that no editor shows, and that nobody means as a part of it. Pure."""

# No-break and ideographic spaces, soft hyphens, spaces and joiners without width, marks of direction, separators of
# lines and paragraphs, and byte order marks, which stand in the middle of files that were put together of several.
UNSEEN = "\xa0\xad\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u2060\u3000\ufeff"
