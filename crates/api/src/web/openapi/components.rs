use serde_json::{Map, Value, json};

use super::{problems, refusals};

const REFUSALS: [(&str, &str); 17] = [
    ("400", "The request is not well formed: broken JSON, an unknown or wrong parameter or header, a cursor of another list."),
    ("401", "No valid access token or API key came with the request."),
    ("403", "The caller may see the record but not do this."),
    ("404", "There is no such record, or the caller may not see it."),
    ("406", "`Accept` excludes JSON."),
    ("408", "The body was too slow to arrive."),
    ("409", "The state of things forbids it."),
    ("410", "The history of events does not contain the place of the cursor any more. Read from the beginning, or with `since`."),
    ("412", "The record has changed since the version named in `If-Match`."),
    ("413", "The body is larger than one mebibyte, or the file than it may be."),
    ("415", "The body is of another media type; `Accept-Post` or `Accept-Patch` names those that are read."),
    ("416", "The part that was asked for is beyond the end of the file; `Content-Range` says how long it is."),
    ("422", "Members of the body break rules; `errors` names all of them at once."),
    ("428", "`If-Match` is missing."),
    ("429", "Too many requests; see `Retry-After`."),
    ("500", "Something is wrong on our side."),
    ("503", "The database, or the place where files are kept, cannot be reached at present; see `Retry-After`."),
];

/// What a status of a problem means.
pub fn description(status: &str) -> &'static str {
    REFUSALS.iter().find(|(of, _)| *of == status).map_or("", |(_, description)| *description)
}

/// One version or several, each in quotation marks and possibly with the digest of an `ETag`, or a star.
const IF_MATCH: &str = r#"^(\*|"[0-9]+(-[A-Za-z0-9_-]+)?"( *, *"[0-9]+(-[A-Za-z0-9_-]+)?")*)$"#;

/// A cursor is opaque, but always Base64 for addresses (RFC 4648, section 5).
pub const CURSOR: &str = "^[A-Za-z0-9_-]+$";

/// Answers, headers, parameters and security that many operations share.
pub fn finish(document: &mut Value, recorded: &Value) {
    let mut responses = Map::new();
    for (status, description) in REFUSALS {
        let mut response = json!({
            "description": description,
            "headers": {
                "X-Request-Id": {"$ref": "#/components/headers/RequestId"},
                "Content-Language": {"$ref": "#/components/headers/ContentLanguage"},
                "Access-Control-Allow-Origin": {"$ref": "#/components/headers/AllowedOrigin"},
                "RateLimit": {"$ref": "#/components/headers/RateLimit"},
                "RateLimit-Policy": {"$ref": "#/components/headers/RateLimitPolicy"},
            },
            "content": {"application/problem+json": {
                "schema": {"$ref": "#/components/schemas/Problem"},
                "examples": refusals::examples(status, recorded),
            }},
        });
        let shared = problems::shared(status);
        if !shared.is_empty() {
            response["x-problem-codes"] = shared.into();
        }
        if matches!(status, "429" | "503") {
            response["headers"]["Retry-After"] = json!({"$ref": "#/components/headers/RetryAfter"});
        }
        if status == "401" {
            response["headers"]["WWW-Authenticate"] =
                json!({"description": "How to authenticate.", "required": true, "schema": {"type": "string", "maxLength": 100}});
        }
        if status == "415" {
            for header in ["Accept-Post", "Accept-Patch"] {
                response["headers"][header] = json!({"$ref": "#/components/headers/AcceptedMediaTypes"});
            }
        }
        if status == "416" {
            response["headers"]["Content-Range"] = json!({"$ref": "#/components/headers/ContentRange"});
        }
        responses.insert(format!("Problem{status}"), response);
    }
    let not_modified = json!({
        "description": "The record still is in the version named in `If-None-Match`.",
        "headers": {
            "X-Request-Id": {"$ref": "#/components/headers/RequestId"},
            "Access-Control-Allow-Origin": {"$ref": "#/components/headers/AllowedOrigin"},
            "RateLimit": {"$ref": "#/components/headers/RateLimit"},
            "RateLimit-Policy": {"$ref": "#/components/headers/RateLimitPolicy"},
            "ETag": {"$ref": "#/components/headers/ETag"},
        },
    });
    responses.insert("NotModified".into(), not_modified);
    document["components"]["responses"] = Value::Object(responses);
    let text = |description: &str, longest: usize| json!({"description": description, "schema": {"type": "string", "maxLength": longest}});
    document["components"]["headers"] = json!({
        "RequestId": text("The identifier of the request.", 100),
        "AllowedOrigin": text("The origin of the page that sent the request, if the deployment allows pages of that origin to call (CORS).", 300),
        "ContentLanguage": text("The language of the texts of the problem: `vi` or `en`.", 10),
        "RateLimit": text("What is left of each allowance that the request used, and in how many seconds it is full again (draft-ietf-httpapi-ratelimit-headers). Absent where no limit applies.", 500),
        "RateLimitPolicy": text("The allowances that apply to the request: how many requests in how many seconds.", 500),
        "RetryAfter": {"description": "After how many seconds to try again.", "schema": {"type": "integer", "minimum": 0, "maximum": 86400}},
        "ETag": text("The tag of this answer: the version of the record and a digest of the answer. Send it as `If-Match` to change the record, or as `If-None-Match` to read it again only if the answer has changed. Of a file, the SHA-256 of its content.", 70),
        "AcceptedMediaTypes": text("The media types that are read here: `Accept-Patch` for PATCH (RFC 5789), else `Accept-Post`.", 200),
        "Location": text("Where the new record is to be found.", 200),
        "ContentDisposition": text("That the file is to be saved, and under which name (RFC 6266).", 2000),
        "AcceptRanges": text("That parts of the file can be asked for: `bytes`.", 10),
        "ContentRange": text("Which part it is of how many bytes (RFC 9110, section 14.4).", 100),
        "Link": text("The next page (RFC 8288), if there is one.", 4000),
        "IdempotencyReplayed": text("`true` if this answer was given before for the same `Idempotency-Key`.", 4),
    });
    document["components"]["parameters"] = json!({
        "Limit": {
            "name": "limit", "in": "query", "required": false,
            "description": "How many records a page holds.",
            "schema": {"type": "integer", "format": "int32", "minimum": 1, "maximum": 200, "default": 50},
        },
        "Cursor": {
            "name": "cursor", "in": "query", "required": false,
            "description": "The `next_cursor` of the page before. The filter and the sort must be the same as on that page.",
            "schema": {"type": "string", "minLength": 1, "maxLength": 2000, "pattern": CURSOR},
        },
        "IncludeTotal": {
            "name": "include_total", "in": "query", "required": false,
            "description": "Counts the whole list, up to 10,000 records. The answer is in `page.total`.",
            "schema": {"type": "boolean"},
        },
        "AcceptLanguage": {
            "name": "Accept-Language", "in": "header", "required": false,
            "description": "The language of texts for people in the answer: `vi` or `en` (RFC 9110, section 12.5.4). English if the header is missing.",
            "schema": {"type": "string"},
        },
        "IdempotencyKey": {
            "name": "Idempotency-Key", "in": "header", "required": false,
            "description": "A key of your choice, such as `order-1001`: letters, digits, `_` and `-`. The same request sent again with the same key within 24 hours has its effect once and gets the same answer.",
            "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[A-Za-z0-9_-]+$"},
        },
        "IfMatch": {
            "name": "If-Match", "in": "header", "required": true,
            "description": "The `version` of the record that you have read, in quotation marks, such as `\"3\"`, or the `ETag` that came with it. If the record has changed since, nothing is done and the answer is 412. Of several versions one has to fit; `*` fits any, for administrators.",
            "schema": {"type": "string", "pattern": IF_MATCH},
        },
        "IfMatchOfAction": {
            "name": "If-Match", "in": "header", "required": false,
            "description": "Leave it out to act on the record as it is now. With the `version` that you have read, in quotation marks, such as `\"3\"`, the action is done on that version only: if the record has changed since, nothing is done and the answer is 412.",
            "schema": {"type": "string", "pattern": IF_MATCH},
        },
        "IfNoneMatch": {
            "name": "If-None-Match", "in": "header", "required": false,
            "description": "Leave it out to get the record. With the `ETag` that you have, the answer is 304 without a body if it would be the same.",
            "schema": {"type": "string"},
        },
    });
    document["components"]["securitySchemes"] = json!({
        "bearer": {
            "type": "http", "scheme": "bearer",
            "description": "Paste the `access_token` of `POST /api/v1/auth/login`, or an API key, without the word Bearer.",
        },
    });
}
