import { Html, html } from '../report/html.ts';
import { type Flame, hottest } from './flame-tree.ts';

const ROW_PX = 18;
/** What is narrower than this share cannot be seen. */
const SHARE_MIN = 0.0005;
const HOTTEST = 40;

const STYLE = `:root{color-scheme:light dark;font:13px/1.4 system-ui,sans-serif}body{margin:16px}
#flames{position:relative;overflow:hidden}#flames div{position:absolute;box-sizing:border-box;height:${ROW_PX - 1}px;
overflow:hidden;white-space:nowrap;font-size:11px;line-height:${ROW_PX - 1}px;padding:0 3px;color:#222;cursor:pointer;border-radius:2px}
#flames div:hover{outline:1px solid CanvasText}table{border-collapse:collapse}td{padding:1px 12px 1px 0}
td:first-child{text-align:right;font-variant-numeric:tabular-nums}`;

/** Click: what was clicked becomes as wide as the page; again, or on the lowest row: all of it. */
const SCRIPT = `const box=document.getElementById('flames');const bars=[...box.children];
const show=(from,width)=>bars.forEach(b=>{const x=(b.dataset.x-from)/width,w=b.dataset.w/width;
const left=Math.max(0,x),right=Math.min(1,x+w);b.style.display=right>left?'':'none';
b.style.left=left*100+'%';b.style.width=(right-left)*100+'%'});let shown;
box.addEventListener('click',e=>{const b=e.target.closest('[data-x]');if(!b)return;
shown=shown===b?undefined:b;shown?show(+b.dataset.x,+b.dataset.w):show(0,1)});`;

/** A flame graph (B. Gregg, The Flame Graph, CACM 59(6), 2016) as a page that needs nothing from outside. */
export function flamePage(title: string, root: Flame): string {
  const bars: Html[] = [];
  const depth = draw(root, { total: root.totalUs, depth: 0, fromUs: 0, bars });
  const rows = hottest(root, HOTTEST).map(
    ({ name, selfUs }) => html`<tr><td>${percent(selfUs, root.totalUs)}</td><td>${name}</td></tr>`,
  );
  const page = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${title}</title><style>${new Html(STYLE)}</style></head><body>
<h1>${title}</h1><p>${(root.totalUs / 1e6).toFixed(2)} s of processor time, idle time left out. The width is the time in a function with all that it called, by function and file.</p>
<div id="flames" style="height:${(depth + 1) * ROW_PX}px">${bars}</div><h2>In their own code</h2><table>${rows}</table>
<script>${new Html(SCRIPT)}</script></body></html>`;
  return `${page.text}\n`;
}

type Canvas = {
  readonly total: number;
  readonly depth: number;
  readonly fromUs: number;
  readonly bars: Html[];
};

/** @returns how deep it got */
function draw(flame: Flame, { total, depth, fromUs, bars }: Canvas): number {
  const share = total === 0 ? 0 : flame.totalUs / total;
  if (share < SHARE_MIN) return depth;
  const left = fromUs / total;
  bars.push(
    html`<div data-x="${left.toFixed(6)}" data-w="${share.toFixed(6)}" style="top:${depth * ROW_PX}px;left:${(left * 100).toFixed(4)}%;width:${(share * 100).toFixed(4)}%;background:hsl(${hueOf(flame.name)} 70% 72%)" title="${flame.name}: ${percent(flame.totalUs, total)}, own ${percent(flame.selfUs, total)}">${flame.name}</div>`,
  );
  let deepest = depth;
  let at = fromUs;
  for (const child of [...flame.children.values()].toSorted((a, b) => b.totalUs - a.totalUs)) {
    deepest = Math.max(deepest, draw(child, { total, depth: depth + 1, fromUs: at, bars }));
    at += child.totalUs;
  }
  return deepest;
}

/** Ours warm, packages green, Node and V8 blue. */
function hueOf(name: string): number {
  let spread = 7;
  for (let at = 0; at < name.length; at++) spread = (spread * 31 + name.charCodeAt(at)) % 997;
  spread %= 30;
  const place = name.slice(name.lastIndexOf(' ') + 1);
  // What V8 and Node do themselves has no file.
  if (place.startsWith('node:') || !place.includes('.')) return 200 + spread;
  return place.includes('/') ? 100 + spread : 15 + spread;
}

function percent(part: number, total: number): string {
  return `${((part / Math.max(1, total)) * 100).toFixed(2)}%`;
}
