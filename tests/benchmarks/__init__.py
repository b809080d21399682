"""How fast, how large, how soon: tables from one run each, by `make bench`.

Read ratios: the machine may have other work, and what is compared is interleaved for that reason.
"""
