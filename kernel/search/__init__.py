"""Finding rows by any fragment of their text, in Chinese or by pinyin.

`matching.matches` gives the condition for lists, `suggestions.suggest` the best rows for a field
that is filled by typing, `specs.declare` says what of a model is searched.
"""
