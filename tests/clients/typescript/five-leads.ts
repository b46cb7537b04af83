// Five leads, each created once however often it is sent; all pages of a list; a change, and two that are refused.
import assert from "node:assert/strict";
import createClient from "openapi-fetch";
import type { components, paths } from "./contract.js";

const baseUrl = process.env["CHOT_URL"] ?? "http://127.0.0.1:8080";
const credentials = { email: "admin@demo.example.vn", password: "dung-thu-chot-2026" };
const { data: tokens } = await createClient<paths>({ baseUrl }).POST("/api/v1/auth/login", { body: credentials });
const api = createClient<paths>({ baseUrl, headers: { Authorization: `Bearer ${tokens?.access_token}` } });

async function create(number: number): Promise<components["schemas"]["Lead"]> {
  const body = { kind: "individual", name: `Khách hàng ${number}`, phone: `091234500${number}`, citizen_id: `00119001234${number}` } as const;
  const { data, error } = await api.POST("/api/v1/leads", { params: { header: { "Idempotency-Key": `typescript-${number}` } }, body });
  if (error) throw new Error(error.detail);
  return data;
}

const leads: components["schemas"]["Lead"][] = [];
for (const number of [1, 2, 3, 4, 5]) leads.push(await create(number));
const [first] = leads;
assert.ok(first);
assert.equal((await create(1)).id, first.id, "sent again, it is the same lead");

const found: string[] = [];
let cursor: string | undefined;
do {
  const { data } = await api.GET("/api/v1/leads", { params: { query: { limit: 50, ...(cursor ? { cursor } : {}) } } });
  assert.ok(data);
  found.push(...data.data.map((lead) => lead.id));
  cursor = data.page.next_cursor ?? undefined;
} while (cursor);
assert.equal(new Set(found).size, found.length);
assert.ok(leads.every((lead) => found.includes(lead.id)), `${found.length} leads, and ours are not among them`);

const lead_id = first.id;
const change = (version: number, body: components["schemas"]["LeadUpdate"]) =>
  api.PATCH("/api/v1/leads/{lead_id}", { params: { path: { lead_id }, header: { "If-Match": `"${version}"` } }, body });
const changed = await change(first.version, { rank: "vip" });
assert.equal(changed.data?.rank, "vip");
const stale = await change(first.version, { rank: "a" });
assert.equal(stale.response.status, 412);
assert.equal(stale.error?.version, changed.data.version, "the problem names the present version");
const faulty = await change(changed.data.version, { phone: "12", email: "nobody" });
assert.equal(faulty.response.status, 422);
assert.deepEqual(faulty.error?.errors.map((fault) => fault.pointer).sort(), ["/email", "/phone"]);
console.log(`TypeScript: ${found.length} leads on all pages, a change, 412 and 422.`);
