"""Draw README's pictures anew (run this file), then look at them before you commit them."""

if __name__ == "__main__":
    from test_readme import pictures

    for path, svg in pictures().items():
        path.write_bytes(svg.encode())
