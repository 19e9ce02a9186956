"""How alike two texts are, for telling that somebody complained twice."""

import re
import unicodedata

SHINGLE = 3


def similarity(one, other):
    """Share of common runs of three letters (Jaccard index), 0 to 1.

    Case, punctuation, accents of compatibility forms and spaces do not count; works
    for Chinese, which has no spaces between words. Texts too short for a run are alike
    only when they are equal; empty ones are alike to nothing.

    Source: Broder, A. (1997), On the resemblance and containment of documents.

    >>> similarity("The colour is off!", "the COLOUR is off")
    1.0
    >>> similarity("印刷颜色不对", "颜色不对")
    0.5
    >>> similarity("", "")
    0.0
    """
    first, second = _shingles(one), _shingles(other)
    if not first or not second:
        return 0.0
    return len(first & second) / len(first | second)


def _shingles(text):
    letters = re.sub(
        r"[\W_]+", "", unicodedata.normalize("NFKC", text or "")
    ).casefold()
    if len(letters) < SHINGLE:
        return {letters} - {""}
    return {letters[i : i + SHINGLE] for i in range(len(letters) - SHINGLE + 1)}
