"""What the fuzzer must know of Chốt that the OpenAPI document cannot tell it. Loaded by contract/schemathesis.toml."""

import os
import re
import time
import uuid

import requests
import schemathesis
from schemathesis.core.parameters import ParameterLocation
from schemathesis.openapi.checks import RejectedPositiveData

BASE = os.environ["CHOT_FUZZ_URL"]
EMAIL = os.environ["CHOT_FUZZ_EMAIL"]
PASSWORD = os.environ["CHOT_FUZZ_PASSWORD"]

http = requests.Session()


class Token:
    """An access token, renewed well before its quarter of an hour is over."""

    value, renew_at = "", 0.0

    @classmethod
    def current(cls) -> str:
        if time.monotonic() >= cls.renew_at:
            answer = http.post(f"{BASE}/api/v1/auth/login", json={"email": EMAIL, "password": PASSWORD}, timeout=15)
            answer.raise_for_status()
            cls.value, cls.renew_at = answer.json()["access_token"], time.monotonic() + 600
        return cls.value


@schemathesis.auth(refresh_interval=None)
class Bearer:
    def get(self, case, context):
        return Token.current()

    def set(self, case, data, context):
        case.headers["Authorization"] = f"Bearer {data}"


@schemathesis.hook
def before_load_schema(context, raw_schema):
    """Closes the objects of the document.

    Responses are left open there, so that a client bears with new fields. Here a field that nobody documented is a leak.
    """
    close(raw_schema)


def close(node, inside_all_of=False):
    if isinstance(node, list):
        for item in node:
            close(item, inside_all_of)
    elif isinstance(node, dict):
        composed = any(keyword in node for keyword in ("allOf", "anyOf", "oneOf", "patternProperties"))
        is_object = "object" in (kinds if isinstance(kinds := node.get("type"), list) else [kinds])
        if is_object and isinstance(node.get("properties"), dict) and not composed and not inside_all_of:
            node.setdefault("additionalProperties", False)
        for key, value in node.items():
            if key not in ("example", "examples", "default", "const", "enum"):
                close(value, inside_all_of=key == "allOf")


used_keys = set()


@schemathesis.hook
def before_call(context, case, kwargs):
    """Gives a well-formed request the two headers that depend on what happened before."""
    if case.meta is None or case.meta.is_negative_at(ParameterLocation.HEADER):
        return
    # A key that came before would bring back the answer of that time, maybe with a record that is long deleted.
    key = case.headers.get("Idempotency-Key")
    if key is not None:
        if key in used_keys:
            case.headers["Idempotency-Key"] = key = str(uuid.uuid4())
        used_keys.add(key)
    # Nobody guesses a version: without the current one nearly every change would end at 412. An action stands below its record.
    if "If-Match" in case.headers and not case.meta.is_negative_at(ParameterLocation.PATH):
        path = "/".join(case.formatted_path.split("/")[:5])
        record = http.get(BASE + path, headers={"Authorization": f"Bearer {Token.current()}"}, timeout=15)
        case.headers["If-Match"] = record.headers.get("ETag", '"1"')


# Rules between parameters, which no schema can say.
BETWEEN_PARAMETERS = {"not_together"}

# Filters whose rules no schema can say: telephone numbers that exist, check digits of tax codes, years that can be meant, the
# length of a calendar's window. And identifiers in paths that the fuzzer made of a null in another answer.
BEYOND_SCHEMAS = {"/phone", "/email", "/tax_code", "/citizen_id", "/path"}
BEYOND_SCHEMAS |= {"/created_at_gte", "/created_at_lt", "/updated_at_gte", "/next_approach_on_lte"}
BEYOND_SCHEMAS |= {"/starts_at_gte", "/starts_at_lt", "/ends_at_lt", "/from", "/to"}


@schemathesis.hook
def filter_failure(context, failure, case, response):
    """A cursor is an opaque string that only the server can make, and a number may be impossible: both are rightly refused with 400."""
    if isinstance(failure, RejectedPositiveData) and response.status_code == 400:
        problem = response.json()
        pointers = {fault["pointer"] for fault in problem.get("errors", [])}
        codes = {fault["code"] for fault in problem.get("errors", [])}
        # The fuzzer breaks the form of an optional header and takes the request for a well-formed one all the same.
        sent = "".join(response.request.headers.get("If-Match", [""]))
        broken = "/If-Match" in pointers and not re.fullmatch(r'\*|"[0-9]+"( *, *"[0-9]+")*', sent)
        is_beyond = problem.get("code") == "invalid_cursor" or pointers & BEYOND_SCHEMAS or codes & BETWEEN_PARAMETERS
        return not is_beyond and not broken
    return True
