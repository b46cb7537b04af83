"""Five leads, each created once however often it is sent; all pages of a list; a change, and two that are refused."""

import os

from chot_crm_api_client import AuthenticatedClient, Client
from chot_crm_api_client.api.leads import create_lead, list_leads, update_lead
from chot_crm_api_client.api.sessions import sign_in
from chot_crm_api_client.models import Lead, LeadCreate, LeadPage, LeadUpdate, Problem, SignInRequest, TokenPair
from chot_crm_api_client.models.customer_kind import CustomerKind

url = os.environ.get("CHOT_URL", "http://127.0.0.1:8080")
tokens = sign_in.sync(client=Client(base_url=url), body=SignInRequest(email="admin@demo.example.vn", password="dung-thu-chot-2026"))
assert isinstance(tokens, TokenPair)
api = AuthenticatedClient(base_url=url, token=tokens.access_token)


def create(number: int) -> Lead:
    body = LeadCreate(
        kind=CustomerKind.INDIVIDUAL, name=f"Khách hàng {number}", phone=f"091234600{number}", citizen_id=f"00119005678{number}"
    )
    lead = create_lead.sync(client=api, body=body, idempotency_key=f"python-{number}")
    assert isinstance(lead, Lead), lead
    return lead


leads = [create(number) for number in range(1, 6)]
first = leads[0]
assert create(1).id == first.id, "sent again, it is the same lead"

found, cursor = [], None
while True:
    page = list_leads.sync(client=api, limit=50, **({"cursor": cursor} if cursor else {}))
    assert isinstance(page, LeadPage), page
    found += [lead.id for lead in page.data]
    cursor = page.page.next_cursor
    if not cursor:
        break
assert len(set(found)) == len(found) and {lead.id for lead in leads} <= set(found)

changed = update_lead.sync(first.id, client=api, body=LeadUpdate(rank="vip"), if_match=f'"{first.version}"')
assert isinstance(changed, Lead) and changed.rank == "vip", changed
stale = update_lead.sync_detailed(first.id, client=api, body=LeadUpdate(rank="a"), if_match=f'"{first.version}"')
assert stale.status_code == 412 and isinstance(stale.parsed, Problem) and stale.parsed.version == changed.version
faulty = LeadUpdate(phone="12", email="nobody")
refused = update_lead.sync_detailed(first.id, client=api, body=faulty, if_match=f'"{changed.version}"')
assert refused.status_code == 422 and isinstance(refused.parsed, Problem)
assert sorted(fault.pointer for fault in refused.parsed.errors) == ["/email", "/phone"]
print(f"Python: {len(found)} leads on all pages, a change, 412 and 422.")
