// Uses Swagger UI as a newcomer does: sign in, authorize, execute as it stands. Fails on the first thing that is not as it should be.
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

const [pictures] = process.argv.slice(2);
const base = process.env.CHOT_URL;
const profile = await mkdtemp(join(tmpdir(), "chot-docs-"));
const browser = await chromium.launchPersistentContext(profile, {
  executablePath: process.env.CHOT_CHROMIUM,
  headless: true,
  viewport: { width: 1400, height: 1000 },
  args: [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
  ],
});
const page = await browser.newPage();
page.setDefaultTimeout(120_000); // a busy machine takes its time
const complaints = [];
page.on("console", (message) => {
  if (message.type() === "error") complaints.push(message.text());
});
page.on("pageerror", (error) => complaints.push(String(error)));

const picture = (name, fullPage = false) => page.screenshot({ path: join(pictures, `${name}.png`), fullPage });

async function openTag(tag) {
  const section = page.locator(`.opblock-tag[data-tag="${tag}"]`);
  await section.waitFor();
  if ((await section.getAttribute("data-is-open")) !== "true") await section.click();
}

async function open(tag, operation) {
  await openTag(tag);
  const block = page.locator(`#operations-${tag}-${operation}`);
  await block.waitFor();
  if (!(await block.getAttribute("class")).includes("is-open")) await block.locator(".opblock-summary-control").first().click();
  await block.locator("button.execute").waitFor();
  return block;
}

// What the page shows of the answer: status and body. `clear` first, so that an older answer is not taken for this one.
async function execute(block) {
  const clear = block.locator("button.btn-clear");
  if (await clear.count()) await clear.click();
  await block.locator("button.execute").click();
  const row = block.locator(".live-responses-table .response").first();
  await row.waitFor();
  const status = Number((await row.locator(".response-col_status").innerText()).trim().split(/\s/)[0]);
  const highlighted = row.locator(".response-col_description .highlight-code code").first();
  const text = (await highlighted.count()) ? await highlighted.innerText() : "";
  return { status, text };
}

async function expect(tag, operation, status, fill = async () => {}) {
  const block = await open(tag, operation);
  await fill(block);
  const answer = await execute(block);
  assert.equal(answer.status, status, `${operation} answered ${answer.status}: ${answer.text}`);
  console.log(`${operation}: ${answer.status}`);
  return answer;
}

const parameter = (block, name) => block.locator(`tr[data-param-name="${name}"] input`);

try {
  await page.goto(`${base}/`);
  await page.locator(".opblock-tag").first().waitFor();
  assert.equal(new URL(page.url()).pathname, "/docs/", "the root leads to Swagger UI");
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  await picture("all-tags", true);
  console.log(`the page is ${height} pixels high`);
  assert.ok(height < 4000, `the page is ${height} pixels high`);
  const tags = await page.locator(".opblock-tag").evaluateAll((all) => all.map((one) => one.dataset.tag));
  assert.deepEqual(tags.slice(0, 2), ["sessions", "current-user"]);

  await openTag("leads");
  await page.locator("#operations-leads-listLeads").waitFor();
  const shown = await page.locator('[id^="operations-leads-"]').evaluateAll((all) => all.map((one) => one.id.split("-").pop()));
  assert.deepEqual(shown.slice(0, 5), ["listLeads", "createLead", "getLead", "updateLead", "archiveLead"]);
  await picture("leads", true);

  const signedIn = await expect("sessions", "signIn", 200);
  await picture("signed-in");
  const token = JSON.parse(signedIn.text).access_token;
  await page.locator(".auth-wrapper .authorize").first().click();
  await page.locator(".modal-ux input").fill(token);
  await picture("authorize");
  await page.locator(".modal-ux .auth-btn-wrapper .authorize").click();
  await page.locator(".modal-ux .btn-done").click();

  await expect("current-user", "getCurrentUser", 200);
  await expect("leads", "listLeads", 200);
  const lead = JSON.parse((await expect("leads", "getLead", 200)).text);
  await picture("get-lead");
  await expect("leads", "getLead", 200);
  await expect("leads", "createLead", 201);
  await picture("create-lead");
  await expect("leads", "createLead", 201);
  const working = await open("leads", "updateLead");
  const id = await parameter(working, "lead_id").inputValue();
  const read = await fetch(`${base}/api/v1/leads/${id}`, { headers: { authorization: `Bearer ${token}` } });
  const { version } = await read.json();
  await expect("leads", "updateLead", 200, (block) => parameter(block, "If-Match").fill(`"${version}"`));
  await expect("leads", "tagLead", 200);
  await expect("leads", "convertLead", 201);

  const form = new FormData();
  form.set("account_id", lead.conversion?.account_id ?? (await firstAccount()));
  form.set("file", new Blob(["%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"]), "bao-gia.pdf");
  const kept = await fetch(`${base}/api/v1/attachments`, { method: "POST", headers: { authorization: `Bearer ${token}` }, body: form });
  assert.equal(kept.status, 201, await kept.clone().text());
  const file = (await kept.json()).id;
  await expect("attachments", "downloadAttachment", 200, (block) => parameter(block, "attachment_id").fill(file));
  await picture("download");

  assert.deepEqual(complaints, [], "the console of the browser");
  console.log("Swagger UI works.");
} catch (error) {
  await picture("failed").catch(() => {});
  throw error;
} finally {
  await browser.close();
  await rm(profile, { recursive: true, force: true });
}

async function firstAccount() {
  const answer = await fetch(`${base}/api/v1/accounts?limit=1`, { headers: { authorization: `Bearer ${await tokenOfPage()}` } });
  return (await answer.json()).data[0].id;
}

async function tokenOfPage() {
  return page.evaluate(() => window.ui.authSelectors.authorized().toJS().bearer.value);
}
