"""The first page of the site: the notebooks by title, in each language.

Read next: `site`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from string import Template

from nn.course.notebooks import needs

TEXTS = {
    "en": {
        "title": "The stepgrad course",
        "about": "Python runs in this page: nothing is installed, and nothing leaves your machine. "
        "Open a notebook and choose <b>Run ▸ Run All Cells</b>, or press Shift-Enter in one cell "
        "after the other. Python takes a few seconds to start. What you change is kept in this "
        "browser.",
        "all": "All of them in JupyterLab",
        "needs": "In the browser it can only be read: to run it, a machine needs {}.",
    },
    "zh": {
        "title": "stepgrad 课程",
        "about": "Python 就在这个页面里运行：不必安装，任何内容都不会离开您的电脑。"
        "打开一个笔记本，选择 <b>Run ▸ Run All Cells</b>（运行全部单元格），"
        "或在单元格中逐个按 Shift-Enter。Python 需要几秒钟启动。您的修改保存在本浏览器中。",
        "all": "在 JupyterLab 中打开全部笔记本",
        "needs": "在浏览器中只能阅读：要运行它，电脑上需要安装 {}。",
    },
}


def index(notebooks: Mapping[str, Sequence[Path]]) -> str:
    """Write the page.

    Parameters
    ----------
    notebooks : mapping of str to sequence of pathlib.Path
        By language, each in reading order. A language without any is left out.

    Returns
    -------
    str
        HTML that needs nothing but itself.
    """
    sections = [_section(language, paths) for language, paths in notebooks.items() if paths]
    page = Path(__file__).with_name("index.html").read_text(encoding="utf-8")
    return Template(page).substitute(sections="\n".join(sections))


def title(notebook: Path) -> str:
    """Return a notebook's title: the first heading in it."""
    for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "markdown":
            for line in "".join(cell["source"]).splitlines():
                if line.startswith("# "):
                    return line.removeprefix("# ")
    return notebook.stem


def note(notebook: Path, language: str) -> str:
    """Say why a notebook does not run in the browser; "" if it does."""
    missing = needs(notebook)
    return TEXTS[language]["needs"].format(missing) if missing else ""


def _section(language: str, notebooks: Sequence[Path]) -> str:
    texts = TEXTS[language]
    items = "\n".join(f"<li>{_link(language, path)}</li>" for path in notebooks)
    return (
        f'<section lang="{language}">\n<h1>{texts["title"]}</h1>\n<p>{texts["about"]}</p>\n'
        f"<ul>\n{items}\n</ul>\n"
        f'<p><a href="lab/index.html?path={language}">{texts["all"]}</a></p>\n</section>'
    )


def _link(language: str, notebook: Path) -> str:
    address = f"notebooks/index.html?path={language}/{notebook.name}"
    link = f'<a href="{escape(address)}">{escape(title(notebook))}</a>'
    why = escape(note(notebook, language))
    return f"{link}<br><small>{why}</small>" if why else link
