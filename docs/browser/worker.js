// Python in a worker, so that the page stays alive: loads it once, then makes a report for each file it is handed.
let python = null;

async function started(here, tell) {
  const { wheels } = await (await fetch(`${here}files.json`)).json();
  tell("Loading Python ...");
  const { loadPyodide } = await import(`${here}pyodide/pyodide.mjs`);
  const pyodide = await loadPyodide({ indexURL: `${here}pyodide/` });
  tell("Loading the library ...");
  for (const wheel of wheels) {
    pyodide.unpackArchive(await (await fetch(`${here}wheels/${wheel}`)).arrayBuffer(), "wheel");
  }
  const source = await (await fetch(`${here}statement.py`)).text();
  pyodide.runPython(source);
  return pyodide.globals.get("made");
}

self.onmessage = async ({ data }) => {
  const { number, here, name, bytes, options } = data;
  const tell = (status) => self.postMessage({ number, status });
  try {
    python ??= started(here, tell);
    const made = await python;
    tell(`Reading ${name} ...`);
    const begun = performance.now();
    const [html, error] = made(name, new Uint8Array(bytes), options.framework, options.lang, options.member_state, options.certified).toJs();
    const seconds = (performance.now() - begun) / 1000;
    self.postMessage(error ? { number, error } : { number, html, seconds, name });
  } catch (error) {
    python = null; // the next file tries again
    self.postMessage({ number, error: `This page failed, not your file: ${error.message || error}` });
  }
};
