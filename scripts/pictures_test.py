#!/usr/bin/env python3
"""Tests of the scripts that draw pictures: plot, chart and record (`make lint`)."""

import csv
import importlib.machinery
import importlib.util
import json
import sys
import unittest
import xml.etree.ElementTree
from pathlib import Path

sys.dont_write_bytecode = True


def script(name):
    loader = importlib.machinery.SourceFileLoader(name, str(Path(__file__).resolve().parent / name))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader(name, loader))
    loader.exec_module(module)
    return module


plot, chart, record = script("plot"), script("chart"), script("record")


class Pictures(unittest.TestCase):
    def is_in(self, picture, drawing, command):
        xml.etree.ElementTree.fromstring(drawing)
        self.assertEqual(picture.read_text(), drawing, f"run {command}")

    def test_the_plot_of_many_runs_shows_its_data(self):
        with (plot.DIRECTORY / "scale.csv").open() as file:
            self.is_in(plot.DIRECTORY / "scale.svg", plot.drawing(csv.DictReader(file)), "scripts/plot")

    def test_the_chart_of_the_benchmark_shows_its_data(self):
        report = json.loads((chart.DIRECTORY / "benchmarks.json").read_text())
        self.is_in(chart.DIRECTORY / "benchmarks.svg", chart.drawing(report), "scripts/chart")

    def test_the_picture_of_the_demo_shows_its_recording(self):
        self.is_in(record.PICTURE, record.drawing(record.RECORDING.read_text()), "scripts/record --draw")


class Plot(unittest.TestCase):
    def test_a_logarithmic_axis_has_equal_steps_for_equal_factors(self):
        self.assertEqual([plot.share(value, 1, 100, True) for value in (1, 10, 100)], [0, 0.5, 1])
        self.assertEqual([plot.share(value, 0, 4, False) for value in (0, 1, 4)], [0, 0.25, 1])


class Chart(unittest.TestCase):
    def test_values_have_a_unit_that_fits(self):
        values = [(0.118, "seconds"), (15.83, "seconds"), (8907072, "bytes"), (5.22e9, "bytes")]
        self.assertEqual([chart.shown(*value) for value in values], ["0.12 s", "15.8 s", "9 MB", "5.2 GB"])


class Record(unittest.TestCase):
    def test_a_transcript_has_neither_colors_nor_paths_of_the_machine(self):
        output = f"\x1b[1mA step\x1b[0m\r\n  \x1b[32mok\x1b[0m {record.ROOT}/.tools/bin/skopeo\r\n\r\n"
        expected = "$ make demo\n**A step**\n  ok ~/terraform-provider-ecr/.tools/bin/skopeo\n"
        self.assertEqual(record.transcript(output), expected)


unittest.main()
