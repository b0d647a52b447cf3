"""The page in which a reader steps through a graph, forwards and backwards.

In reading order: `page`, which puts the page together; `javascript`, the rules of the operations;
then what the page holds: ``player.html``, ``player.css``, ``kernels.js`` (each operation, forwards)
and ``player.js``.
"""
