import { createHash } from "node:crypto";
import { Markup } from "@/server/http/html";

/** The colours of app/globals.css, light and dark; every pair of text and ground meets WCAG AA. */
const STYLE = `
:root{color-scheme:light dark;
--canvas:light-dark(oklch(.982 .002 210),oklch(.172 .006 225));--surface:light-dark(#fff,oklch(.205 .007 225));
--sunken:light-dark(oklch(.962 .003 210),oklch(.255 .008 225));--line:light-dark(oklch(.912 .004 210),oklch(.3 .009 225));
--strong:light-dark(oklch(.66 .01 215),oklch(.52 .012 220));--ink:light-dark(oklch(.235 .012 225),oklch(.95 .004 210));
--muted:light-dark(oklch(.45 .012 220),oklch(.78 .008 215));--accent:light-dark(oklch(.45 .08 200),oklch(.81 .1 190));
--soft:light-dark(oklch(.955 .022 195),oklch(.29 .038 200));--ring:light-dark(oklch(.56 .1 200),oklch(.78 .105 190));
--green:light-dark(oklch(.455 .105 152),oklch(.81 .13 155));--green-soft:light-dark(oklch(.96 .03 155),oklch(.275 .04 155));
--amber:light-dark(oklch(.48 .1 68),oklch(.85 .115 85));--amber-soft:light-dark(oklch(.965 .035 85),oklch(.285 .04 80));
--red:light-dark(oklch(.5 .18 27),oklch(.77 .125 22));--red-soft:light-dark(oklch(.965 .018 20),oklch(.28 .05 22))}
*{box-sizing:border-box}
html{background:var(--canvas);color:var(--ink);scroll-padding-top:4.5rem;-webkit-text-size-adjust:100%}
body{margin:0;font:.875rem/1.5 ui-sans-serif,system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",Ubuntu,sans-serif}
code,pre,kbd{font-family:ui-monospace,"SF Mono","Cascadia Mono","Segoe UI Mono",Menlo,Consolas,monospace;font-size:.8125rem}
a{color:var(--accent);text-underline-offset:3px}
:focus-visible{outline:2px solid var(--ring);outline-offset:2px;border-radius:6px}
main:focus{outline:none}
.skip{position:fixed;top:-4rem;left:1rem;z-index:3;background:var(--surface);padding:.75rem 1rem;border-radius:8px}
.skip:focus{top:.5rem}
header{position:sticky;top:0;z-index:2;background:var(--canvas);border-bottom:1px solid var(--line)}
header>div{display:flex;align-items:center;gap:1rem;max-width:68rem;margin:auto;padding:.625rem 1.25rem;min-height:3.5rem}
h1{font-size:1rem;margin:0;white-space:nowrap}
header a{display:inline-flex;align-items:center;min-height:2.25rem;margin-left:auto}
search{display:none;position:relative;flex:1;max-width:26rem}
.js search{display:block}
.js header a{margin-left:0}
input{width:100%;height:2.25rem;padding:0 2.25rem 0 .75rem;font:inherit;color:inherit;background:var(--surface);border:1px solid var(--strong);border-radius:8px}
input::placeholder{color:var(--muted);opacity:1}
input::-webkit-search-cancel-button{display:none}
kbd{position:absolute;right:.5rem;top:.5rem;padding:0 .375rem;line-height:1.25rem;color:var(--muted);background:var(--sunken);border-radius:4px}
.columns{display:grid;grid-template-columns:11rem minmax(0,1fr);gap:2.5rem;max-width:68rem;margin:auto;padding:0 1.25rem 6rem}
nav ul{position:sticky;top:4.5rem;list-style:none;margin:1.5rem 0 0;padding:0}
nav a{display:flex;justify-content:space-between;align-items:center;min-height:2rem;padding:0 .625rem;margin-left:-.625rem;color:var(--muted);text-decoration:none;border-radius:8px}
nav a:hover{background:var(--sunken);color:var(--ink)}
.intro{margin-top:1.5rem;color:var(--muted);max-width:44rem}
.intro ul{padding-left:1.125rem;margin:0}
.intro b,.intro code{color:var(--ink)}
#found{margin:1rem 0 0;color:var(--muted)}
#found:empty{display:none}
h2{font-size:1.125rem;margin:2.25rem 0 .75rem}
h3{font-size:.8125rem;margin:1.25rem 0 .5rem;color:var(--muted);font-weight:600}
details{background:var(--surface);border:1px solid var(--line);border-radius:10px;margin-bottom:.5rem}
summary{display:flex;align-items:center;gap:.75rem;padding:.5rem .875rem;min-height:2.75rem;cursor:pointer;list-style:none;border-radius:10px}
summary::-webkit-details-marker{display:none}
summary:hover{background:var(--sunken)}
details[open] summary{border-bottom:1px solid var(--line);border-radius:10px 10px 0 0}
.method{flex:none;width:3.75rem;text-align:center;font-size:.6875rem;font-weight:700;letter-spacing:.03em;line-height:1.375rem;border-radius:6px;background:var(--soft);color:var(--accent)}
.post{background:var(--green-soft);color:var(--green)}
.patch{background:var(--amber-soft);color:var(--amber)}
.delete{background:var(--red-soft);color:var(--red)}
.path{min-width:0}
.path i{font-style:normal;color:var(--accent)}
.about{margin-left:auto;text-align:right;color:var(--muted)}
.body{padding:.875rem}
dl{display:grid;grid-template-columns:repeat(auto-fill,minmax(8rem,1fr));gap:.75rem 1rem;margin:0}
dt{color:var(--muted);font-size:.75rem}
dd{margin:0;overflow-wrap:anywhere}
.scroll{overflow-x:auto;border:1px solid var(--line);border-radius:8px}
table{border-collapse:collapse;width:100%}
th,td{text-align:left;vertical-align:top;padding:.4375rem .75rem;border-top:1px solid var(--line)}
thead th{border-top:0;background:var(--sunken);color:var(--muted);font-size:.75rem;font-weight:600}
tbody th{font-weight:400;white-space:nowrap}
td:last-child{overflow-wrap:anywhere;min-width:10rem;color:var(--muted)}
em{font-style:normal;font-size:.75rem;color:var(--red);margin-left:.25rem}
pre{margin:0;padding:.75rem;overflow-x:auto;background:var(--sunken);border-radius:8px}
.answers{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;margin:0;color:var(--muted)}
.answers b{color:var(--ink)}
.link{margin:1rem 0 0}
.link a{display:inline-flex;align-items:center;min-height:1.75rem}
[hidden]{display:none!important}
@media (max-width:48rem){
.columns{display:block}nav ul{position:static;display:flex;flex-wrap:wrap;gap:.25rem;margin-top:1rem}
nav a{margin:0;min-height:2.75rem;border:1px solid var(--line);gap:.5rem}
header>div{flex-wrap:wrap;gap:.25rem 1rem}search{order:3;flex-basis:100%;max-width:none}input{height:2.75rem;font-size:1rem}kbd{display:none}
.js header a,header a{margin-left:auto;min-height:2.75rem}
html{scroll-padding-top:7.5rem}summary{flex-wrap:wrap;gap:.25rem .75rem}.path{flex:1}.about{flex-basis:100%;text-align:left;margin:0}
.intro ul{padding-left:1rem}th,td{padding:.4375rem .5rem}td:last-child{min-width:6rem}em{display:block;margin:0}}
`;

const SCRIPT = `
document.documentElement.classList.add("js");
const search=document.getElementById("search"),found=document.getElementById("found"),intro=document.querySelector(".intro");
const all=[...document.querySelectorAll("details")],sections=[...document.querySelectorAll("section")];
const filter=()=>{
const words=search.value.toLowerCase().split(/\\s+/).filter(Boolean);
let count=0;
for(const one of all){one.hidden=!words.every((word)=>one.dataset.words.includes(word));if(!one.hidden)count++}
for(const section of sections)section.hidden=!section.querySelector("details:not([hidden])");
intro.hidden=words.length>0;
found.textContent=words.length===0?"":count===0?"No operation has these words.":count+(count===1?" operation":" operations");
};
search.addEventListener("input",filter);
document.addEventListener("keydown",(event)=>{
if(event.key==="/"&&event.target!==search&&!event.ctrlKey&&!event.metaKey&&!event.altKey){event.preventDefault();search.focus()}
if(event.key==="Escape"&&event.target===search){search.value="";filter()}
if(event.key==="Enter"&&event.target===search){event.preventDefault();const first=document.querySelector("details:not([hidden])");if(first){first.open=true;first.querySelector("summary").focus()}}
});
const open=()=>{
const one=document.getElementById(location.hash.slice(1));
if(!one)return;
search.value="";filter();
if(one.tagName==="DETAILS")one.open=true;
one.scrollIntoView();
};
addEventListener("hashchange",open);
open();
`;

export const PAGE_STYLE = new Markup(STYLE);
export const PAGE_SCRIPT = new Markup(SCRIPT);

const digest = (text: string) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

/** This page may run its own script and style, to the byte, and load nothing but the icon. */
export const PAGE_CSP = [
  "default-src 'none'",
  `script-src ${digest(SCRIPT)}`,
  `style-src ${digest(STYLE)}`,
  "img-src 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");
