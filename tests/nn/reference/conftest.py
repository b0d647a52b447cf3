"""Keep pytest from importing the script that needs PyTorch."""

collect_ignore = ["make_reference.py"]
