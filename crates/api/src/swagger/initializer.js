// Starts Swagger UI: every tag closed, a filter box, no list of schemas, and the operations of a tag in the order of the work.
"use strict";

// List, create, get, update, delete; then what else is read and done.
const ORDER = ["get /", "post /", "get /{}", "patch /{}", "delete /{}"];

function place(operation) {
  const [, , , resource, ...rest] = operation.get("path").split("/");
  const below = rest.map((part) => (part.startsWith("{") ? "{}" : part)).join("/");
  const at = ORDER.indexOf(`${operation.get("method")} /${below}`);
  const last = operation.get("method") === "get" ? ORDER.length : ORDER.length + 1;
  return [resource ?? "", at < 0 ? last : at, operation.get("path")];
}

function inOrderOfWork(one, other) {
  const [a, b] = [place(one), place(other)];
  const differing = a.findIndex((part, at) => part !== b[at]);
  if (differing < 0) return 0;
  return a[differing] < b[differing] ? -1 : 1;
}

window.addEventListener("load", () => {
  document.title = "Chốt API";
  window.ui = SwaggerUIBundle({
    url: "../openapi.json",
    dom_id: "#swagger-ui",
    presets: [SwaggerUIBundle.presets.apis],
    layout: "BaseLayout",
    deepLinking: true,
    docExpansion: "none",
    filter: true,
    defaultModelsExpandDepth: -1,
    defaultModelExpandDepth: 2,
    displayOperationId: false,
    displayRequestDuration: true,
    tryItOutEnabled: true,
    persistAuthorization: false,
    operationsSorter: inOrderOfWork,
  });
});
