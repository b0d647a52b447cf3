"""Running Graphviz's programs, which are installed apart from Python and may be missing."""

from __future__ import annotations

MISSING = (
    "Graphviz's program '{engine}' was not found. {still_works} To install it: "
    "'apt install graphviz' (Debian, Ubuntu), 'brew install graphviz' (macOS), "
    "'winget install graphviz' (Windows), or see https://graphviz.org/download/"
)

IN_PARTS = (
    " Graphviz is here without a part of it, which may be a package of its own: on newer Debian "
    "'apt install libgvplugin-neato-layout8'"
)


def run_graphviz(source: str, engine: str, file_format: str, still_works: str) -> bytes:
    """Have Graphviz read DOT and return what it writes.

    Parameters
    ----------
    source : str
        A graph in DOT.
    engine : {"dot", "neato"}
        "neato" draws the graph at the places that the source gives.
    file_format : str
        Such as "png" or "json0".
    still_works : str
        A sentence for the error message: what can be done without Graphviz.

    Raises
    ------
    RuntimeError
        If Graphviz is not installed, or fails, as where it has no such engine or format.
    """
    import graphviz

    try:
        answer: bytes = graphviz.Source(source).pipe(
            format=file_format,
            engine=engine,
            neato_no_op=2 if engine == "neato" else None,
            quiet=True,
        )
        return answer
    except graphviz.ExecutableNotFound:
        raise RuntimeError(MISSING.format(engine=engine, still_works=still_works)) from None
    except graphviz.CalledProcessError as error:
        said = " ".join((error.stderr or b"nothing.").decode(errors="replace").split())
        more = IN_PARTS if "Use one of" in said else ""
        raise RuntimeError(
            f"Graphviz's program {engine!r} says: {said} {still_works}{more}"
        ) from None
