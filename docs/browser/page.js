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
  // A frame of its own for each report: Chromium lays the second page of a hidden frame out in a box without a size.
  const frame = at("report").cloneNode();
  frame.srcdoc = html;
  at("report").replaceWith(frame);
  at("result").hidden = false;
  at("status").textContent = `Report on ${name}, made in ${seconds.toFixed(1)} seconds.`;
}

let source = null; // gives name and bytes of the file that was chosen last

async function report() {
  const number = (asked += 1); // before anything waits: what was asked last is what is shown
  at("error").textContent = "";
  at("result").hidden = true;
  const { name, bytes } = await source();
  if (number !== asked) return;
  const options = {
    framework: at("framework").value,
    lang: at("lang").value,
    member_state: at("state").value,
    certified: at("certified").checked,
  };
  started().postMessage({ number, here, name, bytes, options }, [bytes]);
}

function taken(file) {
  if (!file) return;
  source = async () => ({ name: file.name, bytes: await file.arrayBuffer() });
  report();
}

at("file").addEventListener("change", () => taken(at("file").files[0]));
at("sample").addEventListener("click", () => {
  source = async () => ({ name: "soa-with-gaps.csv", bytes: await (await fetch("soa-with-gaps.csv")).arrayBuffer() });
  report();
});
for (const id of ["framework", "lang", "state", "certified"]) at(id).addEventListener("change", () => source && report());
for (const kind of ["dragover", "dragleave", "drop"]) {
  at("drop").addEventListener(kind, (event) => {
    event.preventDefault();
    at("drop").classList.toggle("over", kind === "dragover");
    if (kind === "drop") taken(event.dataTransfer.files[0]);
  });
  // A file that is dropped beside the box must not replace the page.
  document.addEventListener(kind, (event) => event.preventDefault());
}
