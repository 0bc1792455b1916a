"""The style and the script of the page: the same for every report, so that the page's policy can name them."""

from __future__ import annotations

__all__ = ["SCRIPT", "STYLE"]

STYLE = """
:root{color-scheme:light dark;--ink:#1b1f24;--soft:#4d5661;--paper:#fff;--line:#c9d0d8;--band:#f3f5f8;--link:#0b5394}
@media (prefers-color-scheme:dark){
:root{--ink:#e8ebef;--soft:#b4bcc6;--paper:#111418;--line:#414a55;--band:#1b2027;--link:#8ec5f4}}
*{box-sizing:border-box}
body{margin:0 auto;padding:1rem 1.25rem 3rem;max-width:76rem;background:var(--paper);color:var(--ink);
font:1rem/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;overflow-wrap:break-word}
h1{font-size:1.9rem;line-height:1.2;margin:1.5rem 0 .75rem}
h2{font-size:1.4rem;line-height:1.25;margin:2.5rem 0 .75rem;padding-top:.75rem;border-top:2px solid var(--line)}
h3{font-size:1.15rem;margin:1.75rem 0 .5rem}
p,ul,ol,dl{margin:.5rem 0 1rem;max-width:68ch}
a{color:var(--link)}
:focus-visible{outline:3px solid var(--link);outline-offset:2px}
main:focus{outline:none}
.skip{position:absolute;left:-999rem}
.skip:focus{left:1rem;top:.5rem;padding:.5rem 1rem;background:var(--paper);z-index:1}
nav{background:var(--band);border:1px solid var(--line);border-radius:.5rem;padding:.25rem 1.25rem}
nav h2{font-size:1rem;border:0;margin:.5rem 0 0;padding:0}
nav ol{columns:2 18rem;max-width:none;margin:.25rem 0 .5rem;padding-left:1.5rem}
nav li{padding:.15rem 0}
dl div{margin:0}
dt{font-weight:600}
dd{margin:0}
.about div{display:inline-block;margin:0 2rem .25rem 0;vertical-align:top}
.about dt,.columns dt{color:var(--soft);font-size:.9rem}
.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(11rem,1fr));gap:.75rem;max-width:none}
.figures div{display:flex;flex-direction:column-reverse;justify-content:flex-end;border:1px solid var(--line);
border-radius:.5rem;padding:.75rem 1rem;background:var(--band)}
.figures dt{font-weight:400;color:var(--soft);font-size:.95rem}
.figures dd{font-size:2rem;font-weight:700;line-height:1.2}
p.mark{max-width:none}
p.mark svg{width:100%;max-width:40rem;height:auto}
.columns{display:grid;grid-template-columns:repeat(auto-fit,minmax(17rem,1fr));gap:.25rem 1.5rem;max-width:none;
font-size:.9rem;border-left:4px solid var(--line);padding-left:.75rem}
.columns dd{color:var(--soft)}
.facts{max-width:none}
.facts dd{min-width:0;overflow-wrap:anywhere}
.facts div{display:grid;grid-template-columns:minmax(9rem,16rem) 1fr;gap:0 1rem;padding:.3rem 0;
border-top:1px solid var(--line)}
.caption{font-weight:600;margin:1rem 0 .25rem}
.legend{list-style:none;padding:0;display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;max-width:none}
.legend svg,.class svg{margin-right:.4em;vertical-align:-.08em}
table{border-collapse:collapse;width:100%;margin:.5rem 0 1.5rem;font-size:.94rem}
caption{text-align:left;font-weight:600;padding:.35rem 0}
th,td{text-align:left;vertical-align:top;padding:.4rem .6rem;border-top:1px solid var(--line)}
thead th{background:var(--band);border-bottom:2px solid var(--line);vertical-align:bottom}
tbody th{font-weight:400;min-width:9rem}
tfoot th,tfoot td{border-top:2px solid var(--line);background:var(--band)}
.number{text-align:right;font-variant-numeric:tabular-nums}
td.number{white-space:nowrap}
td.mark{width:170px}
.wide{min-width:14rem}
.line{display:block}
.line+.line{margin-top:.2rem}
.class,td.short .line{white-space:nowrap}
.filter{display:flex;flex-wrap:wrap;align-items:center;gap:.5rem;background:var(--band);border:1px solid var(--line);
border-radius:.5rem;padding:.75rem 1rem;margin:1rem 0}
.filter[hidden]{display:none}
.filter input,.filter select,.filter button{font:inherit;color:inherit;background:var(--paper);
border:1px solid var(--soft);border-radius:.3rem;padding:.3rem .6rem;min-height:2.5rem;max-width:100%}
.filter p{margin:0}
footer{margin-top:2rem;color:var(--soft);font-size:.9rem}
@media screen and (max-width:48rem){
body{padding:.75rem .9rem 2rem}
h1{font-size:1.5rem}
h2{font-size:1.25rem}
.facts div{grid-template-columns:1fr}
table,caption,thead,tbody,tfoot,tr,th,td{display:block}
thead{position:absolute;left:-999rem}
tr{border:1px solid var(--line);border-radius:.5rem;margin:0 0 .75rem;padding:.25rem .25rem .5rem}
tr[hidden]{display:none}
th,td{border:0;padding:.25rem .6rem}
td.number,td.mark{text-align:left;width:auto}
tfoot tr{background:var(--band)}
tfoot th,tfoot td{border:0;background:none}
td::before{content:attr(data-head);display:block;color:var(--soft);font-size:.85rem}
td.number{display:inline-block;min-width:7.5rem}}
@page{size:A4;margin:16mm 14mm}
@media print{
:root{color-scheme:light;--ink:#000;--soft:#333;--paper:#fff;--line:#999;--band:#f3f3f3;--link:#000}
html{font-size:9pt}
body{max-width:none;padding:0}
.skip,.filter,nav{display:none}
h1{margin-top:0}
h2{margin-top:1.5rem}
h2,h2+p,h3,h3+p,.caption,caption,thead,.columns,.legend{break-after:avoid}
.columns,.legend,.figures,tr,.facts div,li{break-inside:avoid}
tbody tr:first-child,tfoot tr{break-before:avoid}
.figures{grid-template-columns:repeat(4,1fr)}
.columns{grid-template-columns:repeat(3,1fr)}
p.mark svg{max-width:none}
table{font-size:.88rem}
thead{display:table-header-group}
tfoot{display:table-row-group}
tbody th{min-width:0}
.wide{min-width:0}
tr[hidden]{display:table-row}
a{text-decoration:none}
*{-webkit-print-color-adjust:exact;print-color-adjust:exact}}
"""

SCRIPT = """
document.querySelectorAll(".filter").forEach(function (box) {
  var text = box.querySelector("input"), kind = box.querySelector("select"), said = box.querySelector("p");
  var rows = Array.from(document.querySelectorAll("#" + box.dataset.for + " tbody tr"));
  // A keyboard has no curly apostrophe, and French prints one.
  function plain(said) { return said.toLowerCase().replace(/\u2019/g, "'"); }
  function apply() {
    var words = plain(text.value).split(/\\s+/).filter(Boolean), shown = 0;
    rows.forEach(function (row) {
      var has = plain(row.textContent);
      row.hidden = !((!kind.value || row.dataset.class === kind.value) &&
        words.every(function (word) { return has.includes(word); }));
      if (!row.hidden) shown += 1;
    });
    said.textContent = shown ? box.dataset.shown.replace("{shown}", shown).replace("{all}", rows.length)
      : box.dataset.none;
  }
  function clear() { text.value = kind.value = ""; apply(); text.focus(); }
  text.addEventListener("input", apply);
  kind.addEventListener("change", apply);
  text.addEventListener("keydown", function (event) { if (event.key === "Escape") clear(); });
  box.querySelector("button").addEventListener("click", clear);
  box.hidden = false;
  apply();
});
"""
