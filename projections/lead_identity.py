"""Who and what is a lead, as it is told from others? (投资方、项目名称、信用代码) `lead_identity`.

Names are kept as they are compared, under indexes, so that a likely double entry is found among
the few that share a key.
"""

from domain.codes import code_order
from domain.lead import events as e
from domain.lead.state import LeadState
from domain.likeness import company_head, company_key, title_key
from domain.vocabulary import Stage
from projections.bitemporal import Row
from projections.projection import stream_projection
from projections.steps import WORK, Steps, StepTable
from projections.tables import IDENTITIES, lead_identity

# Events that change no fact of a step.
_SILENT = WORK | {e.ResponsibilityAssigned, e.AgreementAmended, e.RecognitionDecided}


def _facts(state: LeadState) -> Row:
    investor_key = company_key(state.investor)
    return {
        "code": state.code,
        "code_order": code_order(state.code),
        "title": state.title,
        "investor": state.investor,
        "recruiting_unit": state.recruiting_unit,
        # Parts of one lead are of the same investor by their nature, as phases are.
        "parent_lead_id": state.parent_lead_id or state.split_from,
        "registered_on": state.registered_on,
        "active": state.stage not in (Stage.EXITED, Stage.LOST),
        "investor_uscc": state.investor_uscc,
        "company_uscc": state.company_uscc,
        "title_key": title_key(state.title),
        "investor_key": investor_key,
        "investor_head": company_head(investor_key),
    }


_IDENTITIES = StepTable(table=lead_identity, facts=_facts, silent=_SILENT)

LEAD_IDENTITIES = stream_projection(
    "identities",
    "投资方与项目名称",
    IDENTITIES,
    (lead_identity,),
    e.LeadEvent,
    lambda lead_id: Steps(_IDENTITIES, lead_id),
)
