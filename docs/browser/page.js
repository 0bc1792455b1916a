// The page: takes a file, hands it to the worker, shows the report. Texts of the file reach the page as text alone.
const at = (id) => document.getElementById(id);
const here = new URL(".", location.href).href;
let worker = null;
let saved = null;
let asked = 0;

function started() {
  if (worker) return worker;
  // A worker made from a blob has this page's policy, so that Python can connect to nothing else either.
  const source = URL.createObjectURL(new Blob([`import ${JSON.stringify(here + "worker.js")};`], { type: "text/javascript" }));
  worker = new Worker(source, { type: "module" });
  worker.onmessage = ({ data }) => heard(data);
  worker.onerror = (event) => failed(`Python could not be started: ${event.message || "no reason was given"}`);
  return worker;
}

function heard(message) {
  if (message.number !== asked) return; // of a file that another one has replaced
  if (message.status) at("status").textContent = message.status;
  if (message.error) failed(message.error);
  if (message.html) shown(message);
}

function failed(text) {
  at("status").textContent = "";
  at("error").textContent = text;
  at("result").hidden = true;
}

function shown({ html, seconds, name }) {
  if (saved) URL.revokeObjectURL(saved);
  saved = URL.createObjectURL(new Blob([html], { type: "text/html" }));
  at("save").href = saved;
  at("save").download = `${name.replace(/\.[^.]*$/, "") || "report"}-nis2.html`;
  at("report").srcdoc = html;
  at("result").hidden = false;
  at("status").textContent = `Report on ${name}, made in ${seconds.toFixed(1)} seconds.`;
}

async function report(name, bytes) {
  at("error").textContent = "";
  at("result").hidden = true;
  asked += 1;
  const options = {
    framework: at("framework").value,
    lang: at("lang").value,
    member_state: at("state").value,
    certified: at("certified").checked,
  };
  started().postMessage({ number: asked, here, name, bytes, options }, [bytes]);
}

async function taken(file) {
  if (!file) return;
  last = async () => report(file.name, await file.arrayBuffer());
  await last();
}

let last = null;
at("file").addEventListener("change", () => taken(at("file").files[0]));
at("sample").addEventListener("click", async () => {
  last = async () => report("soa-with-gaps.csv", await (await fetch("soa-with-gaps.csv")).arrayBuffer());
  await last();
});
for (const id of ["framework", "lang", "state", "certified"]) at(id).addEventListener("change", () => last && last());
for (const kind of ["dragover", "dragleave", "drop"]) {
  at("drop").addEventListener(kind, (event) => {
    event.preventDefault();
    at("drop").classList.toggle("over", kind === "dragover");
    if (kind === "drop") taken(event.dataTransfer.files[0]);
  });
  // A file that is dropped beside the box must not replace the page.
  document.addEventListener(kind, (event) => event.preventDefault());
}
