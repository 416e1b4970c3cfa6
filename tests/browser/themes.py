"""Whether a page is drawn light or dark, as an eye would say."""

from playwright.sync_api import Page

LIGHTNESS = """
() => ["backgroundColor", "color"].map((name) => {
  const canvas = Object.assign(document.createElement("canvas"), {width: 1, height: 1});
  const paint = canvas.getContext("2d");
  paint.fillStyle = getComputedStyle(document.body)[name];
  paint.fillRect(0, 0, 1, 1);
  return paint.getImageData(0, 0, 1, 1).data.slice(0, 3).reduce((sum, part) => sum + part);
})
"""


def is_dark(page: Page) -> bool:
    """Whether the page's ground is darker than its text."""
    ground, text = page.evaluate(LIGHTNESS)
    return bool(ground < text)
