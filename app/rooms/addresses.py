"""The addresses of every room, in the order in which they are tried."""

from app.accounts.agreeing.routes import router as agreeing_router
from app.accounts.api import router as areas_api
from app.accounts.factors.routes import router as factors_router
from app.accounts.links.routes import router as links_router
from app.accounts.losing.routes import router as losing_router
from app.accounts.people.routes import router as accounts_people_router
from app.accounts.proposals.routes import router as proposals_router
from app.accounts.proving.routes import router as proving_router
from app.accounts.routes import router as accounts_router
from app.accounts.sessions.routes import router as sessions_router
from app.accounts.sso.routes import router as sso_router
from app.audit.allocation.routes import router as allocation_router
from app.audit.areas.routes import router as service_areas_router
from app.audit.autosave.routes import router as autosave_router
from app.audit.choices.routes import router as choices_router
from app.audit.commission.api import router as commission_api
from app.audit.commission.routes import router as commission_router
from app.audit.drafting.routes import router as drafting_router
from app.audit.drafts.routes import router as drafts_router
from app.audit.evidence.routes import router as evidence_router
from app.audit.filings.routes import router as filings_router
from app.audit.grading.routes import router as grading_router
from app.audit.library.routes import router as library_router
from app.audit.mapping.routes import router as mapping_router
from app.audit.preparation.routes import router as preparation_router
from app.audit.replacements.routes import router as replacements_router
from app.audit.sample.routes import router as sample_router
from app.audit.second_grades.routes import router as second_grades_router
from app.audit.staff.routes import router as staff_router
from app.audit.timetable.routes import router as timetable_router
from app.audit.wording.routes import router as clauses_router
from app.improvement.areas.api import router as areas_now_api
from app.improvement.areas.routes import router as live_router
from app.improvement.deputies.routes import router as deputies_router
from app.improvement.facts.routes import router as facts_router
from app.improvement.people.routes import router as people_router
from app.improvement.readings.routes import router as readings_router
from app.improvement.sheets.routes import router as sheets_router
from app.improvement.teams.routes import router as teams_router
from app.installation.doors.routes import router as doors_router
from app.installation.kinds.routes import router as kinds_router
from app.installation.problems.routes import router as problems_router
from app.installation.routes import router as installation_router
from app.installation.service.routes import router as service_router
from app.installation.working_days.routes import router as working_days_router
from app.keeping.retention.routes import router as retention_router
from app.moderation.cases.routes import router as cases_router
from app.moderation.challenges.routes import router as challenges_router
from app.moderation.claims.routes import router as claims_router
from app.moderation.concerns.routes import router as concerns_router
from app.moderation.decisions.routes import router as decisions_router
from app.moderation.differences.routes import router as differences_router
from app.moderation.follow_up.routes import router as follow_up_router
from app.moderation.lists.routes import router as lists_router
from app.moderation.own_reviews.routes import router as own_reviews_router
from app.moderation.own_views.routes import router as own_views_router
from app.moderation.returns.routes import router as returns_router
from app.moderation.submission.routes import router as submission_router
from app.moderation.taking.routes import router as taking_router
from app.moderation.themes.routes import router as themes_router
from app.moderation.waivers.routes import router as waivers_router
from app.moderation.wording.routes import router as wording_router
from app.notices.routes import router as notices_router
from app.public.routes import router as public_router
from app.report.agreement.routes import router as agreement_router
from app.report.comparison.routes import router as comparison_router
from app.report.dataset.api import router as dataset_api
from app.report.dataset.routes import router as dataset_router
from app.report.downloads.routes import router as downloads_router
from app.report.mirror.routes import router as mirror_router
from app.report.packs.routes import router as packs_router
from app.report.progress.routes import router as progress_router
from app.report.publication.routes import router as publication_router
from app.report.reading.api import router as figures_api
from app.report.reading.routes import router as reading_router
from app.web.api.routes import router as api_router
from app.web.api.routing import ApiRoute
from app.web.routes import router as web_router
from app.web.routing import Route
from app.work.audits.routes import router as audits_router
from app.work.calendar.routes import router as calendar_router
from app.work.earlier.mapping.routes import router as earlier_mapping_router
from app.work.earlier.routes import router as earlier_router
from app.work.first_run.routes import router as first_run_router
from app.work.home.routes import router as home_router
from app.work.leaving.routes import router as leaving_router
from app.work.lists.routes import router as lists_of_people_router
from app.work.rehearsal.routes import router as rehearsal_router
from app.work.sources.routes import router as sources_router
from app.work.starts.routes import router as starts_router

# Fixed words come before references, where an address could be read as another; what is asked for most comes first.
ROOMS = (
    autosave_router,
    grading_router,
    evidence_router,
    second_grades_router,
    web_router,
    accounts_router,
    sso_router,
    sessions_router,
    links_router,
    proving_router,
    factors_router,
    losing_router,
    lists_of_people_router,
    accounts_people_router,
    installation_router,
    doors_router,
    kinds_router,
    service_router,
    working_days_router,
    retention_router,
    problems_router,
    public_router,
    proposals_router,
    agreeing_router,
    service_areas_router,
    drafts_router,
    commission_router,
    earlier_router,
    earlier_mapping_router,
    library_router,
    drafting_router,
    clauses_router,
    filings_router,
    mapping_router,
    sources_router,
    sample_router,
    replacements_router,
    allocation_router,
    choices_router,
    staff_router,
    preparation_router,
    timetable_router,
    cases_router,
    returns_router,
    follow_up_router,
    challenges_router,
    decisions_router,
    lists_router,
    own_views_router,
    waivers_router,
    concerns_router,
    submission_router,
    taking_router,
    claims_router,
    own_reviews_router,
    differences_router,
    wording_router,
    themes_router,
    mirror_router,
    progress_router,
    agreement_router,
    comparison_router,
    downloads_router,
    dataset_router,
    reading_router,
    publication_router,
    packs_router,
    live_router,
    people_router,
    deputies_router,
    sheets_router,
    readings_router,
    teams_router,
    facts_router,
    notices_router,
    home_router,
    first_run_router,
    leaving_router,
    audits_router,
    rehearsal_router,
    calendar_router,
    starts_router,
    api_router,
)
APIS = (areas_api, areas_now_api, commission_api, figures_api, dataset_api)


def all_routes() -> list[Route]:
    """Return every route of the house, pages first."""
    return [*pages(), *api_routes()]


def pages() -> list[Route]:
    """Return the routes that a browser uses."""
    return [route for room in ROOMS for route in room.all]


def api_routes() -> list[ApiRoute]:
    """Return the routes that programs use."""
    return [route for room in APIS for route in room.all]
