"""Ways of looking at a recorded graph. Each reads the graph and changes nothing.

The rooms, in reading order. Each imports only from those before it:

`steps`, `paths`, `chains`, `modules`, `mistakes`
    What is in a graph: the steps of backpropagation, the paths from an output back to a value, long
    sums and products, the modules that its nodes belong to; and the known slips in deriving a
    gradient by hand.
`write`
    A graph in words: text, formulas, names, tables, the chain rule.
`draw`
    A graph as a picture: cards, their places (`draw.layout`), and SVG, TikZ, DOT, PNG or PDF.
`player`
    The page in which a reader steps through a graph, and the film of the steps.
`drawing`, `walkthrough`, `ledger`, `derivation`
    What people call. (`formula`, which they call too, is in `write.formula`.)
`quiz`
    Questions about the gradients of a graph, as an exam sheet with its key.

A node becomes a card of the SVG in these stages, which `drawing.draw` and `Drawing.svg` call:

1. `picture.picture` lists the nodes. It asks `modules.fold` for the module of each one if modules
   are to be folded: then all nodes of a module share one card.
2. `names.places` names the nodes of modules, and `formula.write_each` writes the expression that
   each node stands for; `notation` knows how each operation is written.
3. `cards.CardWriter` writes the card: name, symbol, data, gradient, title.
4. `Picture.graph` keeps only the sizes of the cards and which of them are linked.
5. `layered.layered` gives each card its place and each link its curve. It is a pipeline itself:
   turn to the right, rank, order, coordinates, shorten, wrap, route, turn back.
6. `svg.write_svg` writes cards and curves, with the colours of `theme`.
"""
