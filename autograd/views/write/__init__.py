"""A graph in words.

In reading order: `text` (text that is safe to show), `notation` (how an operation is written),
`formula` (the expression that a node stands for), `names` (what a node is called), `table`
(rows and columns), `chain_rule` (a derivation in symbols and numbers).
"""
