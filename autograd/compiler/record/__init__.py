"""Recording: a function of numbers is called once, and its graph kept.

Read in this order: `nested` (numbers in lists, dicts and arrays, and their structure), `rows`
(whole columns of them), `trace` (the call on Values, whose graph is kept), `repeatable` (what a
recording refuses, because it would not stand for every call), `ragged` (rows of different lengths).
"""
