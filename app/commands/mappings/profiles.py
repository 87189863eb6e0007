"""The mapping that a command names: a file, or a source that is known."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from app.commands.arguments import Refused, text_of
from app.mapping.profile import Profile, Unreadable, profile_of, read_profile, slug
from app.people.kinds import SHIPPED, KindsOfWork
from app.sampling.columns import Allowed
from app.sampling.commands import EVER
from app.work.sources.kinds import FILINGS, any_kind


@dataclass(frozen=True, slots=True)
class KnownProfile:
    """A mapping, and the number under which it is kept; None for a file."""

    profile: Profile
    version: int | None = None


def any_allowed(window: Sequence[date] | None, kinds: KindsOfWork = SHIPPED) -> Allowed:
    """Return what is allowed where there is no audit: every area and band."""
    first, last = window or EVER
    if last < first:
        raise Refused("The window ends before it begins.")
    known = kinds.reopened()
    return Allowed((), known.law_types.codes, (), (first, last), kinds=known)


def profile_named(name: str, of: str = FILINGS) -> KnownProfile:
    """Return the mapping in a file, or that of a source that is known; raises Refused."""
    kind = any_kind(of)
    path = Path(name)
    if path.is_file():
        try:
            return KnownProfile(read_profile(text_of(path), kind))
        except Unreadable as error:
            raise Refused(f"{name} is no mapping. {error}") from error
    from app.commands.installation import opened  # noqa: PLC0415 - a file needs no database
    from app.mapping import queries  # noqa: PLC0415
    from app.settings import Settings  # noqa: PLC0415

    with opened(Settings.from_environment()) as database, database.reading() as session:
        known = queries.called(session, kind.name, name)
        if known is None:
            there = ", ".join(slug(source.name) for source, _ in queries.newest(session, kind.name))
            raise Refused(f"There is no file and no source ‘{name}’. Sources: {there or 'none yet'}.")
        return KnownProfile(profile_of(known[1].body, kind), known[1].number)
