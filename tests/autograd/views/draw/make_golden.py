"""Write the golden drawings anew (run this file), then look at them before you commit them."""

if __name__ == "__main__":
    import conftest
    from test_svg import GOLDEN, golden_drawings

    for name, drawing in golden_drawings(conftest).items():
        drawing.save(GOLDEN / f"{name}.svg")
