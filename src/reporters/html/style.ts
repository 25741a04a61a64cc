/** The style sheet of the page. Its lines never begin with a colon, on which build servers could act. */
export const STYLE = `
:root{color-scheme:light dark;--paper:#f7f6f3;--card:#fff;--ink:#1f2328;--soft:#57606a;--line:#dcd8d0;--dead:#a3271f;--dead-soft:#fbe9e6;--limping:#7d4e00;--limping-soft:#fbf0d9;--well:#27633b;--well-soft:#e3f0e6;--bar-well:#9cbfa6;--text:#eceef0;--thinking:#ece6f5;--call:#dfe9f7;--result:#dcefeb;--media:#f5ead5;--text-bar:#7c8791;--thinking-bar:#7e5fb3;--call-bar:#2f6bb3;--result-bar:#1f8072;--media-bar:#a1701c;--focus:#1f5fbf}
@media (prefers-color-scheme:dark){:root{--paper:#15171a;--card:#1d2024;--ink:#e9e7e3;--soft:#a9b1ba;--line:#353a41;--dead:#ff9d90;--dead-soft:#3b201d;--limping:#f0bf6b;--limping-soft:#372b16;--well:#8fd3a3;--well-soft:#1c3324;--bar-well:#3f6b4d;--text:#2a2f35;--thinking:#322a42;--call:#22334a;--result:#1d3a37;--media:#3b301c;--text-bar:#98a3ad;--thinking-bar:#b79be8;--call-bar:#7fb0ee;--result-bar:#67c7b8;--media-bar:#dcae5f;--focus:#8ab8ff}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
code,pre{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace;font-size:.875em}
code{overflow-wrap:anywhere}
.skip{position:absolute;left:-999rem;background:var(--card);color:var(--ink);padding:.5rem 1rem}
.skip:focus{left:1rem;top:1rem;z-index:1}
a:focus-visible,button:focus-visible,select:focus-visible,summary:focus-visible,.scroll:focus-visible{outline:3px solid var(--focus);outline-offset:2px}
body>header,main,body>footer{max-width:62rem;margin:0 auto;padding:0 1.25rem}
body>header{padding-top:3rem}
.brand{margin:0;color:var(--soft);font-size:.875rem;letter-spacing:.04em}
h1,h2,h3,h4{line-height:1.2;margin:0;font-weight:650;letter-spacing:-.01em;text-wrap:balance}
h1{font-size:clamp(1.7rem,1.2rem + 2.4vw,2.6rem);margin:.35rem 0 1.2rem}
h2{font-size:1.35rem;margin:3rem 0 .9rem}
h3{font-size:1.2rem;overflow-wrap:anywhere}
h4{font-size:1rem}
.inputs{margin:0;padding:0;list-style:none;color:var(--soft);font-size:.9375rem}
.inputs li{margin:.15rem 0;overflow-wrap:anywhere}
.trouble{color:var(--dead)}
.totals{display:grid;grid-template-columns:repeat(3,1fr);gap:1rem;margin:2rem 0 0;padding:0;list-style:none}
.totals li{background:var(--card);border:1px solid var(--line);border-top:4px solid;border-radius:.5rem;padding:1rem 1.1rem}
.totals .dead{border-top-color:var(--dead)}
.totals .limping{border-top-color:var(--limping)}
.totals .well{border-top-color:var(--well)}
.totals strong{display:block;font-size:2.1rem;line-height:1.1;font-variant-numeric:tabular-nums}
.totals .dead strong,.totals .dead b{color:var(--dead)}
.totals .limping strong,.totals .limping b{color:var(--limping)}
.totals .well strong,.totals .well b{color:var(--well)}
.totals span{display:block;color:var(--soft);font-size:.875rem;line-height:1.4}
figure{margin:0}
.strip svg{display:block;width:100%;height:3.5rem;border-bottom:1px solid var(--line)}
.strip .dead{fill:var(--dead)}
.strip .limping{fill:var(--limping)}
.strip .well{fill:var(--bar-well)}
.sizes figure{margin:0 0 1.5rem}
.sizes figcaption{margin:0 0 .4rem}
.sizes svg{display:block;width:100%;height:auto}
.sizes text{fill:var(--ink);font-size:17px}
.sizes .rows rect{fill:var(--call)}
.sizes .indexes rect{fill:var(--thinking)}
.sizes .free rect{fill:var(--card);stroke:var(--soft);stroke-dasharray:5 3}
.sizes .wal rect{fill:var(--media)}
.sizes pre{overflow-x:auto}
.sizes .key:before{border:1px solid var(--soft)}
.sizes .key.rows:before{background:var(--call)}
.sizes .key.indexes:before{background:var(--thinking)}
.sizes .key.free:before{background:var(--card)}
.sizes .key.wal:before{background:var(--media)}
.ends{display:flex;justify-content:space-between;gap:1rem;margin:.3rem 0;color:var(--soft);font-size:.8125rem}
.strip figcaption,.note,.facts{color:var(--soft);font-size:.9375rem}
.keys{display:flex;flex-wrap:wrap;gap:.2rem 1.4rem;margin:.5rem 0 0;font-size:.875rem}
.key.dead{color:var(--dead)}
.key.limping{color:var(--limping)}
.key.well{color:var(--well)}
.key:before{content:"";display:inline-block;width:.7em;height:.7em;margin:0 .4em 0 0;background:currentColor;border-radius:2px}
.key.well:before{background:var(--bar-well)}
h2 .note,.in-use .note{font-weight:400;font-size:.9375rem;letter-spacing:0}
main .note{max-width:48rem}
.filters{display:flex;flex-wrap:wrap;gap:.75rem 1.5rem;margin:2.5rem 0 0;padding:.9rem 1.1rem;background:var(--card);border:1px solid var(--line);border-radius:.5rem}
.filter{display:flex;align-items:center;gap:.6rem;color:var(--soft);font-size:.9375rem;max-width:100%}
select{font:inherit;color:var(--ink);background:var(--paper);border:1px solid var(--soft);border-radius:.375rem;padding:.35rem .5rem;min-width:0;max-width:100%}
.case{background:var(--card);border:1px solid var(--line);border-radius:.6rem;padding:1.4rem 1.5rem 1.5rem;margin:0 0 1.5rem}
.case>header{display:grid;grid-template-columns:auto 1fr;gap:.2rem .8rem;align-items:center}
.case>header p{margin:0}
.case .facts{grid-column:1/-1}
.state{font-size:.8125rem;font-weight:600;padding:.1rem .6rem;border-radius:1rem}
.case.dead .state{color:var(--dead);background:var(--dead-soft)}
.case.limping .state{color:var(--limping);background:var(--limping-soft)}
.findings{list-style:none;counter-reset:finding;margin:1.2rem 0 0;padding:0}
.findings li{counter-increment:finding;position:relative;padding-left:2.1rem;margin:.8rem 0;max-width:48rem}
.findings li:before{content:counter(finding);position:absolute;left:0;top:.1rem;width:1.4rem;height:1.4rem;border-radius:50%;font-size:.8125rem;font-weight:600;line-height:1.4rem;text-align:center;color:var(--card);background:var(--dead)}
.findings .warning:before{background:var(--limping)}
.findings .info:before{background:var(--soft)}
.findings strong{font-weight:600}
.mend{color:var(--well)}
.place{display:block;color:var(--soft);font-size:.8125rem;overflow-wrap:anywhere}
.pictures{display:grid;grid-template-columns:1fr 1fr;gap:1.5rem 2.5rem;margin-top:1.6rem}
.pictures figure{min-width:0;border-top:1px solid var(--line);padding-top:1rem}
.verdict{margin:.25rem 0 0;font-weight:600}
.verdict.dead{color:var(--dead)}
.verdict.well{color:var(--well)}
blockquote{margin:.6rem 0 .3rem;padding:.5rem .8rem;border-left:3px solid var(--dead);background:var(--dead-soft);border-radius:0 .375rem .375rem 0;font-size:.875rem}
blockquote p{margin:0;overflow-wrap:anywhere}
.points{color:var(--soft);font-size:.875rem}
.picture{display:block;width:100%;max-width:26rem;height:auto;margin-top:.9rem;font-size:12px}
.picture text{fill:var(--ink)}
.picture .lane,.picture .index,.picture .gap{fill:var(--soft);font-size:11px}
.picture .index.refused{fill:var(--dead);font-weight:700;font-size:13px}
.picture .box{fill:var(--text);stroke:none}
.picture .bar{stroke:var(--text-bar);stroke-width:3;stroke-linecap:round;fill:none}
.picture .thinking .box{fill:var(--thinking)}
.picture .thinking .bar{stroke:var(--thinking-bar)}
.picture .call .box{fill:var(--call)}
.picture .call .bar{stroke:var(--call-bar)}
.picture .result .box{fill:var(--result)}
.picture .result .bar{stroke:var(--result-bar)}
.picture .media .box{fill:var(--media)}
.picture .media .bar{stroke:var(--media-bar)}
.picture .failed .bar{stroke-dasharray:1 5}
.picture .hurt .box,.picture .refused .box{stroke:var(--dead);stroke-width:1.5}
.picture .refused .box{fill:var(--dead-soft);stroke-width:2.5}
.picture .hurt.warning .box{stroke:var(--limping)}
.picture .arc{fill:none;stroke:var(--soft);stroke-width:1.4}
.picture .arc.hurt,.picture .arc.doubled{stroke:var(--dead);stroke-width:2}
.picture .arc.doubled{stroke-dasharray:5 3}
.picture .tip.arc{fill:var(--soft);stroke:none}
.picture .tip.arc.hurt,.picture .tip.arc.doubled{fill:var(--dead)}
.picture .pointer{fill:none;stroke:var(--dead);stroke-width:1.2;stroke-dasharray:2 3}
.picture .pointer.tip{fill:var(--dead);stroke:none}
.picture .tear{fill:none;stroke:var(--dead);stroke-width:2}
.picture .tear.warning{stroke:var(--limping)}
.picture circle.badge{fill:var(--dead);stroke:var(--card);stroke-width:1.5}
.picture circle.badge.warning{fill:var(--limping)}
.picture text.badge{fill:var(--card);font-size:10px;font-weight:700}
details{margin-top:.8rem}
summary{cursor:pointer}
.texts{font-size:.875rem;overflow-wrap:anywhere;padding-left:1.2rem}
.scroll{overflow-x:auto;margin-top:1.5rem}
table{border-collapse:collapse;font-size:.9375rem;font-variant-numeric:tabular-nums}
caption{text-align:left;font-weight:600;padding-bottom:.4rem}
th,td{text-align:left;padding:.4rem .9rem .4rem 0;border-bottom:1px solid var(--line);font-weight:400;white-space:nowrap}
thead th{color:var(--soft);font-size:.875rem;vertical-align:bottom}
.matrix td,.matrix thead th{padding:.4rem .8rem}
.matrix td.dead{color:var(--dead);background:var(--dead-soft)}
.matrix td.limping{color:var(--limping);background:var(--limping-soft)}
.matrix td.well{color:var(--well)}
.matrix th.in-use{color:var(--ink);font-weight:600}
.matrix .in-use{border-left:2px solid var(--ink);border-right:2px solid var(--ink)}
.rest .wide{white-space:normal;min-width:14rem}
.rest .dead{color:var(--dead)}
.rest .limping{color:var(--limping)}
.command{display:flex;flex-wrap:wrap;align-items:center;gap:.4rem .8rem;margin-top:1.6rem}
.command p{margin:0;flex-basis:100%;color:var(--soft);font-size:.9375rem}
pre{margin:0;padding:.6rem .9rem;background:var(--paper);border:1px solid var(--line);border-radius:.375rem;white-space:pre-wrap;min-width:0}
.copy{font:inherit;font-size:.9375rem;color:var(--ink);background:none;border:1px solid var(--soft);border-radius:.375rem;padding:.45rem .9rem;cursor:pointer}
.copy:hover{background:var(--paper)}
body>footer{color:var(--soft);font-size:.875rem;padding-top:2.5rem;padding-bottom:3rem}
@media (max-width:46rem){.pictures{grid-template-columns:1fr}.case{padding:1.1rem 1rem 1.2rem}}
@media (max-width:34rem){body>header,main,body>footer{padding-left:.9rem;padding-right:.9rem}.totals{grid-template-columns:1fr;gap:.6rem}.totals li{display:grid;grid-template-columns:4.5rem 1fr;padding:.7rem .9rem;align-items:center;border-top-width:1px;border-left:4px solid}.totals .dead{border-left-color:var(--dead);border-top-color:var(--line)}.totals .limping{border-left-color:var(--limping);border-top-color:var(--line)}.totals .well{border-left-color:var(--well);border-top-color:var(--line)}.totals strong{grid-row:1/3;font-size:1.7rem}.filter{flex-basis:100%}.filters select{flex:1}}
@media print{:root{color-scheme:light;--paper:#fff;--card:#fff;--ink:#000;--soft:#444;--line:#bbb;--dead:#8f1d16;--dead-soft:#fbe9e6;--limping:#6b4300;--limping-soft:#fbf0d9;--well:#1d5230;--well-soft:#e3f0e6;--bar-well:#9cbfa6;--text:#eceef0;--thinking:#ece6f5;--call:#dfe9f7;--result:#dcefeb;--media:#f5ead5;--text-bar:#7c8791;--thinking-bar:#7e5fb3;--call-bar:#2f6bb3;--result-bar:#1f8072;--media-bar:#a1701c}body{font-size:10pt;print-color-adjust:exact;-webkit-print-color-adjust:exact}body>header{padding-top:0}.skip,.filters,.copy{display:none!important}.totals,.pictures{break-inside:avoid}.pictures{grid-template-columns:1fr 1fr}.picture{max-height:20cm}.case{border:0;border-top:1px solid #bbb;border-radius:0;padding:1rem 0}.case>header,.findings li,figure,tr{break-inside:avoid}.scroll{overflow:visible}h2,h3,h4{break-after:avoid}}
`;

/** A convenience: shows the buttons that copy a command. Without it they stay hidden. */
export const SCRIPT = `
for (const button of document.querySelectorAll("button.copy")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const code = button.parentElement.querySelector("code");
    try {
      await navigator.clipboard.writeText(code.textContent);
      button.textContent = "Copied";
    } catch {
      getSelection().selectAllChildren(code);
      button.textContent = "Selected: press Ctrl+C";
    }
    setTimeout(() => { button.textContent = "Copy"; }, 2000);
  });
}
`;
