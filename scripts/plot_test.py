#!/usr/bin/env python3
"""Tests of scripts/plot (`make lint`)."""

import csv
import importlib.machinery
import importlib.util
import sys
import unittest
import xml.etree.ElementTree
from pathlib import Path

sys.dont_write_bytecode = True

LOADER = importlib.machinery.SourceFileLoader("plot", str(Path(__file__).resolve().parent / "plot"))
plot = importlib.util.module_from_spec(importlib.util.spec_from_loader("plot", LOADER))
LOADER.exec_module(plot)


class Plot(unittest.TestCase):
    def test_the_picture_is_that_of_the_data(self):
        with (plot.DIRECTORY / "scale.csv").open() as file:
            drawing = plot.drawing(csv.DictReader(file))
        xml.etree.ElementTree.fromstring(drawing)
        self.assertEqual((plot.DIRECTORY / "scale.svg").read_text(), drawing, "run scripts/plot")

    def test_a_logarithmic_axis_has_equal_steps_for_equal_factors(self):
        self.assertEqual([plot.share(value, 1, 100, True) for value in (1, 10, 100)], [0, 0.5, 1])
        self.assertEqual([plot.share(value, 0, 4, False) for value in (0, 1, 4)], [0, 0.25, 1])


unittest.main()
