"""Writers who type while the server dies again and again; whoever was told ‘saved’ must find it so."""

import signal
import threading
import time
from dataclasses import dataclass, field

import httpx
from sqlalchemy import select

from app.audit.models import Assessment, Judgement
from app.keeping.record import faults
from app.web.merging import digest
from tests.journeys.site import Site
from tests.world import World


@dataclass
class Writer:
    """Somebody at one field, who sends the next text when the last was saved, and the same again until answered."""

    url: str
    token: str
    case_id: int
    field_name: str
    last: str = ""
    unanswered: list[str] = field(default_factory=list)
    saved: int = 0
    # Answers 500 to 599, and the seconds that each save took until it was answered.
    faults: int = 0
    took: list[float] = field(default_factory=list)
    # Clashes are texts that the server had acknowledged and does not have.
    lost: list[str] = field(default_factory=list)

    def write(self, until: threading.Event) -> None:
        """Type until told to stop."""
        with httpx.Client(
            base_url=self.url, headers={"Origin": self.url}, cookies={"session": self.token}, timeout=10
        ) as client:
            while not until.is_set():
                self._save(client, f"Save {self.saved + 1} of {self.field_name}.", until)

    def _save(self, client: httpx.Client, text: str, until: threading.Event) -> None:
        while not until.is_set():
            change = {"was": digest(self.last), "own": self.unanswered, "now": text}
            self.unanswered = [*self.unanswered, text]
            began = time.monotonic()
            try:
                answer = client.put(
                    f"/cases/{self.case_id}/assess/answers", json={"answers": {self.field_name: change}}
                )
            except httpx.TransportError:
                time.sleep(0.2)
                continue
            if answer.status_code == 200:
                self.took.append(time.monotonic() - began)
                self.last, self.unanswered, self.saved = text, [], self.saved + 1
                return
            self.faults += answer.status_code >= 500
            if answer.status_code < 500:
                self.lost.append(f"{answer.status_code} {answer.text[:300]}")
                until.set()


def killed(site: Site, writers: list[Writer], *, saves: int, kills: int) -> list[Writer]:
    """Let writers make some saves under a server that is killed some times; return them as they are at the end."""
    done = threading.Event()
    threads = [threading.Thread(target=writer.write, args=(done,)) for writer in writers]
    site.start()
    for thread in threads:
        thread.start()
    for number in range(1, kills + 1):
        while sum(w.saved for w in writers) < number * saves // (kills + 1) and not done.is_set():
            time.sleep(0.01)
        site.stop(signal.SIGKILL)
        site.start()
    while sum(w.saved for w in writers) < saves and not done.is_set():
        time.sleep(0.01)
    done.set()
    for thread in threads:
        thread.join(30)
    return writers


def forgotten(world: World, writers: list[Writer]) -> list[str]:
    """Return what the database does not have as it was acknowledged, and what is wrong with its log."""
    with world.database.reading() as session:
        of = select(Judgement.evidence).join(Assessment, Assessment.id == Judgement.assessment_id)
        kept = {
            (writer.case_id, writer.field_name): session.scalars(
                of.where(
                    Assessment.case_id == writer.case_id,
                    Judgement.standard == writer.field_name.removesuffix("-evidence"),
                )
            ).one()
            for writer in writers
        }
        broken = list(faults(session))
    # What was sent and never answered may stand there or not; nobody was told that it does.
    told = {(w.case_id, w.field_name): {w.last, *w.unanswered} for w in writers}
    return [*(f"{where}: {text!r}" for where, text in kept.items() if text not in told[where]), *broken]
