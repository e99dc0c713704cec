"""Reading what people type: dates, amounts, choices and numbers that carry a check digit.

`parsing.parse_field` reads one value for a model field, whichever way it came in. Nothing here
knows records or pages.
"""
