// Opens reports in an installed Chromium: nothing is requested, nothing is logged, the filter works by keyboard, axe
// finds nothing, texts of users stay texts, the page prints. Screenshots and a PDF stay in the folder, to be looked at.
//
//     node report.mjs FOLDER CHROMIUM
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const [folder, executablePath] = process.argv.slice(2);
const require = createRequire(join(folder, "node_modules", "here.js"));
const { chromium } = require("playwright-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const expected = JSON.parse(readFileSync(join(folder, "expected.json"), "utf8"));

const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });

async function opened(name, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  const seen = { requests: [], logged: [] };
  page.on("request", (request) => seen.requests.push(request.url()));
  page.on("console", (message) => seen.logged.push(`${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => seen.logged.push(`error: ${error.message}`));
  const url = `file://${join(folder, name)}.html`;
  await page.goto(url, { waitUntil: "load" });
  return { page, seen, url, context };
}

function quiet({ seen, url }, name) {
  assert.deepEqual(seen.requests.filter((one) => one !== "data:,"), [url], `${name} asks for more than itself`);
  assert.deepEqual(seen.logged, [], `${name} logs something`);
}

async function accessible(page, name) {
  await page.evaluate(axe);
  const { violations, passes } = await page.evaluate("axe.run(document)");
  assert.ok(passes.length > 25, `${name}: axe looked at ${passes.length} rules alone`);
  const told = violations.map((one) => `${one.id}: ${one.help}: ${one.nodes.length}, ${one.nodes[0].html}`);
  assert.deepEqual(told, [], `${name}: axe finds something`);
}

async function fits(page, name) {
  const [wide, seen] = await page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]");
  assert.ok(wide <= seen, `${name} is ${wide} pixels wide in a window of ${seen}`);
}

// Each language, light and dark, on a phone and on a desk.
for (const lang of ["en", "de", "fr"]) {
  for (const colorScheme of ["light", "dark"]) {
    for (const width of [390, 1280]) {
      const name = `${lang}, ${colorScheme}, ${width}`;
      const tab = await opened(lang, { colorScheme, viewport: { width, height: 900 } });
      assert.equal(await tab.page.getAttribute("html", "lang"), lang);
      await fits(tab.page, name);
      await accessible(tab.page, name);
      // Of the long page of a phone its beginning: no picture can be as high as the whole.
      const clip = { x: 0, y: 0, width, height: 12_000 };
      await tab.page.screenshot({ path: join(folder, `${lang}-${colorScheme}-${width}.png`), fullPage: true, clip });
      quiet(tab, name);
      await tab.context.close();
    }
  }
  const bare = await opened(`${lang}-bare`);
  await accessible(bare.page, `${lang} without facts`);
  quiet(bare, `${lang} without facts`);
  await bare.context.close();
}

// The smallest window that pages have to fit into (WCAG 2.2, 1.4.10).
const small = await opened("de", { viewport: { width: 320, height: 640 } });
await fits(small.page, "de, 320");
await small.context.close();

// By keyboard alone: the skip link, then the filter.
const tab = await opened("en-bare");
const { page } = tab;
const at = () => page.evaluate("document.activeElement.id || document.activeElement.className");
const shown = () => page.locator("#gap-table tbody tr:visible").count();
const said = () => page.locator(".filter [role=status]").textContent();
await page.keyboard.press("Tab");
assert.equal(await at(), "skip");
await page.keyboard.press("Enter");
assert.equal(await at(), "report");
for (let step = 0; step < 200 && (await at()) !== "gap-table-text"; step += 1) await page.keyboard.press("Tab");
assert.equal(await at(), "gap-table-text", "the filter is not reached by keyboard");
assert.equal(await shown(), expected.rows);
await page.keyboard.type("supplier SECURITY");
const few = await shown();
assert.ok(few > 0 && few < expected.rows, `${few} rows for two words`);
assert.ok((await said()).startsWith(`${few} of ${expected.rows} `), await said());
for (const row of await page.locator("#gap-table tbody tr:visible").allTextContents()) {
  assert.match(row, /supplier/i);
  assert.match(row, /security/i);
}
await page.keyboard.press("Escape");
assert.equal(await shown(), expected.rows, "Escape does not bring the rows back");
await page.keyboard.press("Tab");
await page.keyboard.type("act");
assert.equal(await shown(), expected.structural, "the class does not filter");
await page.keyboard.press("Shift+Tab");
await page.keyboard.type("no row says this");
assert.equal(await shown(), 0);
assert.match(await said(), /^No row/);
// Paper has all of them.
await page.emulateMedia({ media: "print" });
assert.equal(await shown(), expected.rows, "rows are missing on paper");
assert.equal(await page.locator(".filter").isVisible(), false);
const paper = await page.pdf({ preferCSSPageSize: true, printBackground: true });
writeFileSync(join(folder, "en.pdf"), paper);
assert.ok(paper.subarray(0, 5).toString() === "%PDF-" && paper.length > 50_000);
await page.emulateMedia({ media: "screen" });
await page.keyboard.press("Tab");
await page.keyboard.press("Tab");
await page.keyboard.press("Enter");
assert.equal(await shown(), expected.rows, "the button does not bring the rows back");
assert.equal(await at(), "gap-table-text", "the button does not lead back to the field");
quiet(tab, "the filter");
await tab.context.close();

// Without script the page is whole, and has no controls that do nothing.
const still = await opened("en", { javaScriptEnabled: false });
assert.equal(await still.page.locator(".filter").isVisible(), false);
assert.ok((await still.page.locator("#gap-table tbody tr").count()) > 10);
quiet(still, "without script");
await still.context.close();

// Every text of a user is shown as it is, and nothing of it runs.
const attacked = await opened("hostile");
await fits(attacked.page, "the attack");
await attacked.page.mouse.move(400, 400);
assert.equal(await attacked.page.evaluate("window.ran"), undefined);
assert.equal(await attacked.page.locator("script").count(), 1);
assert.equal(await attacked.page.locator("style").count(), 1);
assert.equal(await attacked.page.locator("img, iframe, object, embed, form, [autofocus]").count(), 0);
assert.equal(await attacked.page.locator("a:not([href^='#']):not([href^='http'])").count(), 0);
const text = await attacked.page.locator("body").innerText();
for (const word of ["subject", "scope", "owner", "evidence", "justification"]) {
  assert.ok(text.includes(`<script>window.ran='${word}'</script>`), `the ${word} is not shown as it is`);
}
const handlers = "[...document.querySelectorAll('*')].flatMap((e) => e.getAttributeNames()).filter((a) => /^on/i.test(a))";
assert.deepEqual(await attacked.page.evaluate(handlers), []);
quiet(attacked, "the attack");
await attacked.context.close();

await browser.close();
console.log("reports: no request, nothing logged, axe finds nothing, the filter works by keyboard");
