#!/usr/bin/env python3
"""Entente's command line, from a checkout: ``python run.py --help``."""

from sim.cli import main

if __name__ == "__main__":
    main()
