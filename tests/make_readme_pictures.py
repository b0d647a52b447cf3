"""Draw README's pictures anew (run this file), then look at them before you commit them."""

if __name__ == "__main__":
    from test_readme import drawings

    for path, drawing in drawings().items():
        drawing.save(path)
