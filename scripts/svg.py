"""Parts of SVG pictures that are readable in a light and in a dark theme."""

from xml.sax.saxutils import escape

# The colors of text, axes and series, for the light and the dark theme.
STYLE = """
text { font: 12px sans-serif; fill: #24292f } .title { font-weight: bold }
.axis { stroke: #57606a; fill: none } .grid { stroke: #d0d7de } .series { fill: none; stroke-width: 2 }
.s0 { stroke: #0969da } .s1 { stroke: #bc4c00; stroke-dasharray: 6 3 } .s2 { stroke: #8250df; stroke-dasharray: 2 3 } .s3 { stroke: #1a7f37; stroke-dasharray: 9 3 2 3 }
.point { fill: #57606a } .ours { fill: #0969da } .peer { fill: #bc4c00 } .empty { fill: #8c959f }
@media (prefers-color-scheme: dark) {
text { fill: #e6edf3 } .axis { stroke: #8b949e } .grid { stroke: #30363d }
.s0 { stroke: #58a6ff } .s1 { stroke: #f0883e } .s2 { stroke: #bc8cff } .s3 { stroke: #3fb950 } .point { fill: #8b949e } .ours { fill: #58a6ff } .peer { fill: #f0883e } .empty { fill: #6e7681 }
}
"""


def document(width, height, body, style=STYLE, title=""):
    title = f"<title>{escape(title)}</title>\n" if title else ""
    size = f'viewBox="0 0 {width} {height}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img">\n{title}<style>{style}</style>\n{body}\n</svg>\n'


def line(style, points):
    return f'<polyline class="{style}" points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in points)}"/>'


def text(x, y, content, anchor, style=""):
    style = f' class="{style}"' if style else ""
    return f'<text{style} x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(content)}</text>'
