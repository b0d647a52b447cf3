"""The page in which a reader types any formula and steps through it: `stepgrad play` and `site`.

In reading order: `answer`, which computes all that the page shows; `page`, the page itself with
``play.html``, ``play.css``, ``texts.js`` (two languages) and ``play.js``, around the player in
``frame.html`` (``bridge.js`` tells each of the two what the other does); then the two hosts of the
page. `server` answers on this machine and is reached through ``host_server.js``; `site` writes a
folder in which Python runs in the browser, reached through ``host_worker.js`` and ``worker.js``.
`pyodide` finds that Python.
"""
