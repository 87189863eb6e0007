"""Whether a page bears a narrow window, large text and few colours, and whether a keyboard alone gets through it."""

from playwright.sync_api import Page

from tests.journeys.site import NARROWEST, WIDTHS

# The width of the window, and the size of its text.
SIZES = ((NARROWEST, "100%"), (WIDTHS[0], "200%"), (WIDTHS[1], "200%"))
MOST_STOPS = 80

# What has the focus: its name, whether a ring is seen where shadows and colours are not, and whether it is in sight.
# The native control of a GOV.UK radio is invisible: the ring is round what is drawn in its place.
STOP = """() => {
  const here = document.activeElement
  if (!here.closest('main')) return null
  const label = here.labels?.[0], drawn = here.matches('.govuk-radios__input, .govuk-checkboxes__input')
  const box = here.closest('.app-card, .app-cards > *, .app-degrees > *') || (drawn ? label : here)
  const styles = [getComputedStyle(box), drawn ? getComputedStyle(label, '::before') : getComputedStyle(here)]
  const ring = styles.some(of => of.outlineStyle !== 'none' && parseFloat(of.outlineWidth) >= 2)
  const { top, bottom } = box.getBoundingClientRect(), foot = document.querySelector('.app-foot')
  const end = foot && !foot.contains(here) ? foot.getBoundingClientRect().top : innerHeight
  return [here.id || here.textContent.trim().slice(0, 50), ring, top < end - 8 && bottom > 8] }"""

CARDS = """() => [...document.querySelectorAll('.app-cards')].filter(of => of.querySelector(':checked')).map(of =>
  [...of.querySelectorAll('.app-card')].filter(card =>
    (getComputedStyle(card).outlineStyle === 'solid') !== !!card.querySelector(':checked')).length)"""


def bears(page: Page) -> None:
    """Fail where something is cut off, not to be seen, or out of a keyboard's reach; leave the page as it was."""
    window = page.viewport_size
    for width, size in SIZES:
        page.set_viewport_size({"width": width, "height": 844})
        page.evaluate(f"document.documentElement.style.fontSize = '{size}'")
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, f"{page.url} scrolls sideways at {width} px and {size}: {wide} px"
    page.evaluate("document.documentElement.style.fontSize = ''")
    page.set_viewport_size({"width": WIDTHS[0], "height": 660})
    page.emulate_media(forced_colors="active")
    page.evaluate("document.activeElement.blur()")
    assert not any(page.evaluate(CARDS)), f"{page.url}: a chosen card looks like the others"
    _walk(page)
    page.emulate_media(forced_colors="none")
    if window:
        page.set_viewport_size(window)


def _walk(page: Page) -> None:
    """Go through the page with Tab, to its end."""
    page.locator("main").evaluate("main => { main.tabIndex = -1; main.focus() }")
    stops = 0
    while stops < MOST_STOPS:
        page.keyboard.press("Tab")
        stop = page.evaluate(STOP)
        if stop is None:
            break
        name, ring, in_sight = stop
        assert ring, f"{page.url}: no ring round ‘{name}’"
        assert in_sight, f"{page.url}: ‘{name}’ has the focus out of sight"
        stops += 1
    assert 0 < stops < MOST_STOPS, f"{page.url}: {stops} stops"
