/** Colours by number tell apart with the common kinds of colour blindness (after Okabe and Ito, 2008). */
const LIGHT = `--paper:#fff;--ink:#1d2430;--soft:#5b6573;--rule:#d9dee5;--grid:#e8ebf0;--shade:#f5f7fa;--good:#1a7a4f;--bad:#b3261e;
--h0:#1f6fb2;--h1:#d26a12;--h2:#178a66;--h3:#a5498f;--h4:#6b7785;--h5:#9a7a00;--won:#2a8a68;--lost:#9db4c8;--refused:#e0a53d;--error:#c0392b;--late:#7b2d8b`;
const DARK = `--paper:#12161c;--ink:#e6eaf0;--soft:#9aa5b3;--rule:#303844;--grid:#252c36;--shade:#1a2029;--good:#5fc79a;--bad:#ff8a7a;
--h0:#62a8e5;--h1:#f0954a;--h2:#4fc3a1;--h3:#d889c5;--h4:#8b97a6;--h5:#d3b64a;--won:#3fa982;--lost:#52687d;--refused:#d9a441;--error:#e8695a;--late:#d39be0`;

const HUES = [0, 1, 2, 3, 4, 5]
  .map(
    (hue) =>
      `.fill.hue-${hue}{fill:var(--h${hue})}.line.hue-${hue}{stroke:var(--h${hue})}i.hue-${hue}{background:var(--h${hue})}`,
  )
  .join('');
/** Lines differ by their dashes too, for those who print without colour. */
const DASHES =
  '.line.hue-1{stroke-dasharray:7 3}.line.hue-2{stroke-dasharray:2 3}.line.hue-3{stroke-dasharray:9 3 2 3}.line.hue-4{stroke-dasharray:4 2}.line.hue-5{stroke-dasharray:12 4}';
const CYCLES = '.line.cycle-1{stroke-dasharray:1.5 5;stroke-linecap:round}i.cycle-1{border-radius:50%}';
const OUTCOMES = ['won', 'lost', 'refused', 'error']
  .map((kind) => `.fill.${kind}{fill:var(--${kind})}i.${kind}{background:var(--${kind})}`)
  .join('');

export const STYLE = `
:root{color-scheme:light;${LIGHT}}
@media (prefers-color-scheme:dark){:root:not([data-theme=light]){color-scheme:dark;${DARK}}}
:root[data-theme=dark]{color-scheme:dark;${DARK}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.55 system-ui,"Noto Sans KR","Noto Sans CJK KR","Apple SD Gothic Neo","Malgun Gothic",sans-serif}
html:not([data-lang=ko]) body [lang=ko],html[data-lang=ko] body [lang=en]{display:none}
main,header,footer{max-width:940px;margin:0 auto;padding:0 20px}
header{padding-top:26px;display:flex;flex-wrap:wrap;gap:8px 16px;align-items:baseline;justify-content:space-between}
h1{font-size:1.7rem;line-height:1.25;margin:0}
h2{font-size:1.3rem;margin:3rem 0 .3rem;padding-top:1rem;border-top:1px solid var(--rule)}
h3{font-size:1rem;margin:1.8rem 0 .4rem}
p{margin:.4rem 0 .8rem;max-width:75ch}
.soft,figcaption,.facts{color:var(--soft);font-size:.9rem}
nav button{font:inherit;font-size:.9rem;background:none;color:var(--soft);border:1px solid var(--rule);border-radius:6px;padding:3px 10px;cursor:pointer}
nav button[aria-pressed=true]{color:var(--ink);background:var(--shade)}
nav button:focus-visible,summary:focus-visible{outline:2px solid var(--h0);outline-offset:2px}
.wide{overflow-x:auto;margin:.6rem 0 1.2rem}
table{border-collapse:collapse;width:100%;font-size:.9rem;font-variant-numeric:tabular-nums}
th,td{padding:5px 10px 5px 0;text-align:right;border-bottom:1px solid var(--grid);vertical-align:top}
th{color:var(--soft);font-weight:600;border-bottom:1px solid var(--rule);vertical-align:bottom}
th:first-child,td:first-child,.text{text-align:left}
tbody td:first-child{white-space:nowrap}
a{color:var(--h0)}tr.group a{color:inherit;text-decoration-color:var(--rule);text-underline-offset:3px}
td.text{min-width:6em}
tr.group td{font-weight:600;padding-top:14px;border-bottom:1px solid var(--rule)}
.good{color:var(--good)}.bad{color:var(--bad);font-weight:600}
.banner{border:1px solid var(--bad);border-left-width:5px;border-radius:6px;padding:10px 14px;margin:14px 0}
figure{margin:.8rem 0 1.4rem}
svg{display:block;width:100%;height:auto}
svg text{font-size:12px;fill:var(--ink);font-family:inherit}
svg .tick{fill:var(--soft);font-size:11px;font-variant-numeric:tabular-nums}svg .heading{font-weight:600}svg .inside{font-size:11px}
svg .value{font-variant-numeric:tabular-nums;font-weight:600}
.grid{stroke:var(--grid)}.line{fill:none;stroke-width:2;stroke-linejoin:round}.line.late{stroke:var(--late);stroke-width:1.6}svg .tick.late{fill:var(--late)}
.whisker{fill:none;stroke:var(--ink);stroke-width:1.4;opacity:.75}.empty{fill:var(--shade)}.fill.soft{fill-opacity:.55}
${HUES}${DASHES}${CYCLES}${OUTCOMES}i.late{background:var(--late)}
.legend{display:flex;flex-wrap:wrap;gap:4px 18px;font-size:.85rem;color:var(--soft);margin:.3rem 0}
.legend i{display:inline-block;width:12px;height:12px;border-radius:2px;margin-right:6px;vertical-align:-1px}
.small{display:grid;grid-template-columns:repeat(auto-fit,minmax(320px,1fr));gap:14px 24px}
details{margin:.8rem 0}summary{cursor:pointer}
code{font-size:.9em}
footer{padding:2rem 20px 3rem}
@media print{:root:root{color-scheme:light;${LIGHT}}body{font-size:11pt}nav{display:none}h2{break-before:page;border:0}section:first-of-type h2{break-before:auto}h3,.legend{break-after:avoid}figure,table,svg,tr{break-inside:avoid}.wide{overflow:visible}*{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
`;

export const SCRIPT = `
const root=document.documentElement;
function choose(name,value){root.dataset[name]=value;for(const b of document.querySelectorAll('button[data-name="'+name+'"]'))b.setAttribute('aria-pressed',String(b.dataset.value===value));if(name==='lang')root.lang=value}
for(const b of document.querySelectorAll('button[data-name]'))b.addEventListener('click',()=>choose(b.dataset.name,b.dataset.value));
choose('lang',(navigator.language||'en').startsWith('ko')?'ko':'en');
choose('theme',matchMedia('(prefers-color-scheme:dark)').matches?'dark':'light');
`;
