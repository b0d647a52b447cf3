"""The page in which a reader steps through a graph, forwards and backwards.

In reading order: `shapes` and `captions`, what a film shows on the drawing and below it; `film`,
the steps for those who only watch; `page`, which puts the page together;
`batch`, whether a graph is a network's loss over points of a plane; `javascript`, the rules of the
operations; `live`, the values that a learner sets in a notebook (with ``bridge.js``); `assets`, the
files made small. Then those files: ``unpack.js``,
``player.html``, ``player.css``, ``kernels.js`` (each operation, forwards), ``compute.js`` (numbers,
frames, state), ``texts.js`` (what people read), ``equations.js``, ``picture.js`` (the drawing),
``panel.js`` (the current step and the list) and ``controls.js``; on top of them ``lesson.js`` (one
node's gradient), ``descent.js``, ``boundary.js``, ``quiz.js`` and ``host.js``, with ``lesson.css``,
``lesson_texts.js`` and ``chinese.js``.
"""
