"""The page in which a reader steps through a graph, forwards and backwards.

In reading order: `film`, the steps for those who only watch; `page`, which puts the page together;
`javascript`, the rules of the operations; `assets`, the files made small. Then those files:
``player.html``, ``player.css``, ``kernels.js`` (each operation, forwards), ``compute.js`` (numbers,
frames, state), ``texts.js`` (what people read), ``equations.js``, ``picture.js`` (the drawing),
``panel.js`` (the current step and the list) and ``controls.js``.
"""
