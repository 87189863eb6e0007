"""The command of the dataset: `dataset`."""

import argparse
from pathlib import Path

from app.commands.arguments import Refused
from app.commands.console import say
from app.commands.installation import audit_called, opened
from app.labels import plural
from app.report.dataset.actions import dataset_of, take
from app.report.dataset.enums import DatasetEdition
from app.report.dataset.files import files_of, hidden_in_words
from app.settings import Settings


def run_dataset(options: argparse.Namespace, settings: Settings) -> None:
    """Write an edition of the dataset of a finalised audit into a folder."""
    edition = DatasetEdition(options.edition)
    with opened(settings) as database:
        with database.reading() as session:
            made = dataset_of(session, audit_called(session, options.audit), edition)
        files = files_of(made)
        # Kept before anybody has it: what is not in the log was not taken.
        with database.writing() as session:
            take(session, audit_called(session, options.audit), edition, files, by=None)
    for name, content in files.items():
        _write(options.out, name, content)
    said = [f"The {edition} dataset of {made.ref} is in {options.out}: {plural(len(files), 'file')}."]
    said += hidden_in_words(made.hidden) if made.hidden else []
    say(options, "\n".join(said), {"audit": made.ref, "edition": edition, "files": list(files), "said": said})


def _write(folder: Path, name: str, content: bytes) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    except OSError as error:
        raise Refused(f"{folder / name} cannot be written: {error.strerror}.") from error
