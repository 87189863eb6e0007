"""The ways in which a request or a start can be refused, each with the sentence that the person reads."""


class Refusal(Exception):  # noqa: N818 - a refusal is an answer, not a fault
    """Something that the product declines to do; `sentence` says what would make it possible."""

    status = 400

    def __init__(self, sentence: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence


class SignInNeeded(Refusal):
    """Nobody is signed in, or the session has ended."""

    status = 401


class ProofNeeded(Refusal):
    """Who is signed in has to prove again who they are: it is a while ago, and the act is about who may come in."""

    status = 403


class Forbidden(Refusal):
    """An act that the person may not do on something that they may see."""

    status = 403


class NotFound(Refusal):
    """What does not exist, or lies outside the person's scope: the two look the same from outside."""

    status = 404


class Conflict(Refusal):
    """The thing has moved on since the person looked at it."""

    status = 409


class Elsewhere(Refusal):
    """A page that has nothing to show any more; another page says how things are."""

    status = 303

    def __init__(self, location: str, sentence: str) -> None:
        super().__init__(sentence)
        self.location = location


class Unavailable(Refusal):
    """The database cannot answer now; trying again later can work. `why` is what is wrong, for a page that stays."""

    status = 503

    def __init__(self, sentence: str = "", *, why: str = "") -> None:
        super().__init__(sentence)
        self.why = why


class TooMany(Refusal):
    """Something was tried too often; it can be tried again in so many seconds."""

    status = 429

    def __init__(self, sentence: str, seconds: float) -> None:
        super().__init__(sentence)
        self.seconds = int(seconds + 0.999)


class TooLarge(Refusal):
    """More than a request may carry."""

    status = 413


class Unfit(Exception):  # noqa: N818 - said to the operator, who can put it right
    """An installation that cannot do its work as it is; the sentence says what is wrong and what to do."""


def insist(fault: str | None) -> None:
    """Refuse an act for what is wrong with what was sent, a sentence without its full stop; None is nothing."""
    if fault:
        raise Conflict(f"{fault}.")
