"""What looks like a personal detail in a form is asked about once, and kept where the same is sent again."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from app.labels import subject
from app.web.merging import mark
from app.web.pages import Filled
from app.web.personal import warning
from app.web.routing import Visit


def look_again(
    visit: Visit, form: Filled, texts: Iterable[str] | Mapping[str, str], faults: Mapping[str, str]
) -> Filled:
    """Return a form with what is wrong between its fields, and a question about each text that may name somebody.

    `texts` may say what each is called, where its name does not say it.
    """
    called = texts if isinstance(texts, Mapping) else {name: subject(name) for name in texts}
    typed, asked = {name: visit.sent(name) for name in called}, {}
    if visit.sent("looked") != mark(typed):
        found = {name: warning(called[name], text) for name, text in typed.items()}
        again = "To send it as it is, press the button again."
        asked = {name: f"{sentence} {again}" for name, sentence in found.items() if sentence}
    return replace(form, values={**form.values, "looked": mark(typed)}, errors={**asked, **faults, **form.errors})
