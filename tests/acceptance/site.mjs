// The page of the site in headless Chromium: a file becomes a report, and nothing leaves for anywhere else.
//
//     node site.mjs FOLDER CHROMIUM SITE EXPECTED
//
// FOLDER holds node_modules and takes the screenshots; SITE is the address of the page; EXPECTED is a JSON file with the
// files to hand over and what the library says of them on this machine.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const [folder, chromium, site, expected] = process.argv.slice(2);
const require = createRequire(join(folder, "package.json"));
const { chromium: launcher } = require("playwright-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const cases = JSON.parse(readFileSync(expected, "utf8"));

const browser = await launcher.launch({ executablePath: chromium, args: ["--no-sandbox"] });
const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, acceptDownloads: true });
const page = await context.newPage();
const requests = [];
const told = [];
context.on("request", (request) => requests.push(request.url()));
page.on("console", (message) => ["error", "warning"].includes(message.type()) && told.push(message.text()));
page.on("pageerror", (error) => told.push(String(error)));

const status = () => page.locator("#status").textContent();
async function done(name) {
  const ended = (name) => document.querySelector("#error").textContent || document.querySelector("#status").textContent.startsWith(`Report on ${name},`);
  await page.waitForFunction(ended, name, { timeout: 120_000 });
}
async function hand(path, options) {
  await page.reload(); // Python is loaded anew, from what the browser keeps
  for (const [name, value] of Object.entries(options)) {
    if (typeof value === "boolean") await page.locator(`#${name}`).setChecked(value);
    else await page.selectOption(`#${name}`, value);
  }
  await page.setInputFiles("#file", path);
  await done(path.split("/").pop());
}

// Before a file is chosen the page has loaded itself and no Python, and says how much it will load.
await page.goto(site);
await page.evaluate(axe);
const found = await page.evaluate(() => axe.run());
assert.deepEqual(found.violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html).join(" ")}`), []);
assert.match(await page.locator("#size").textContent(), /\d+\.\d MB/);
assert.ok(!requests.some((url) => url.includes("pyodide")), "Python is loaded before a file is chosen");
const said = Number((await page.locator("#size").textContent()).match(/(\d+\.\d) MB/)[1]);

for (const { path, options, html, error } of cases) {
  const begun = performance.now();
  await hand(path, options);
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  if (error) {
    assert.equal(await page.locator("#error").textContent(), error);
    assert.ok(await page.locator("#result").isHidden());
  } else {
    assert.equal(await page.locator("#error").textContent(), "");
    assert.equal(await page.locator("#report").getAttribute("srcdoc"), html, `${path} gives another report here`);
  }
  console.log(`${path.split("/").pop()} ${JSON.stringify(options)}: ${error ? "refused" : "the library's report"}, ${seconds} s; ${await status()}`);
}

// The report in the frame is alive: its filter works there.
const good = cases.find((one) => one.html);
await hand(good.path, { ...good.options, lang: "fr" });
await page.selectOption("#lang", good.options.lang); // what was chosen last is what is shown, without the file given anew
await page.waitForFunction((html) => document.querySelector("#report").srcdoc === html, good.html, { timeout: 120_000 });
const frame = page.frameLocator("#report"); // looked up at each use: a new report has a new frame
const rows = frame.locator("table tbody tr:visible");
const box = frame.locator("input[type=search]").first();
await box.waitFor();
const all = await rows.count();
await box.fill("supply chain");
await page.waitForTimeout(300);
assert.ok((await rows.count()) < all, "the filter in the frame hides nothing");
await page.screenshot({ path: join(folder, "site-desktop.png") });
await page.setViewportSize({ width: 390, height: 844 });
const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
assert.ok(over <= 0, `${over} pixels wider than a phone`);
await page.screenshot({ path: join(folder, "site-phone.png"), fullPage: true });

// What is saved is the report, byte for byte.
const download = page.waitForEvent("download");
await page.click("#save");
assert.equal(readFileSync(await (await download).path(), "utf8"), good.html);

// A hostile file's texts stay texts, and the sample button works without a file.
await page.click("#sample");
await done("soa-with-gaps.csv");
assert.match(await status(), /soa-with-gaps\.csv/);

const origin = new URL(site).origin;
const outside = requests.filter((url) => !url.startsWith(origin) && !/^(blob|data|about):/.test(url));
assert.deepEqual(outside, [], "requests that leave");
assert.deepEqual(told, [], "errors in the console");
const sizes = await page.evaluate(() => performance.getEntriesByType("resource").length);
console.log(`${requests.length} requests, all to the site's own place; ${said} MB said; ${sizes} resources of the page itself`);
await browser.close();
