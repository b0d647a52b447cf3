"""Questions about the gradients of a graph, as an exam sheet with its key.

In reading order: `questions`, what is asked and by which numbers a wrong answer is explained;
`words`, the texts in both languages; `sheet`, what stands on the sheet and in the key; `paper`,
how that is written as HTML, LaTeX or PDF. The known slips are in `autograd.views.mistakes`.
"""
