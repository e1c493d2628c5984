/** The style sheet of the reference page: the colors of the program, for light and dark, without a font to load. */
export const referenceStyle = `:root{color-scheme:light dark;--page:light-dark(#faf9f7,#141312);--card:light-dark(#fff,#1b1a19);
--line:light-dark(#e8e5e0,#322f2c);--words:light-dark(#1f1c1a,#d6d3ce);--muted:light-dark(#6d675f,#a39e97);--link:light-dark(#0f6b63,#5cb8ad)}
*{box-sizing:border-box}html{scroll-padding-top:1rem}
body{margin:0;display:grid;grid-template-columns:15rem minmax(0,1fr);background:var(--page);color:var(--words);font:15px/1.55 Inter,system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
nav{position:sticky;top:0;align-self:start;height:100vh;overflow-y:auto;padding:1.5rem 1.25rem;border-right:1px solid var(--line)}
nav h1{margin:0 0 1rem;font-size:1.125rem}nav ul{margin:0;padding:0;list-style:none}nav li{display:flex;justify-content:space-between;gap:.5rem;padding:.2rem 0}
main{max-width:60rem;padding:1.5rem 2rem 6rem;min-width:0}
a{color:var(--link);text-underline-offset:2px}nav a,h3 a{color:inherit;text-decoration:none}a:hover{text-decoration:underline}
:focus-visible{outline:2px solid var(--link);outline-offset:2px}
small,.refusals{color:var(--muted)}small{font-size:.8125rem;font-weight:400}
h2{margin:3rem 0 .25rem;font-size:1.25rem}h3{margin:0;font-size:1rem;overflow-wrap:anywhere}h4{margin:1rem 0 .25rem;font-size:.875rem;color:var(--muted)}
p{margin:.4rem 0}article{margin:1rem 0;padding:1rem 1.25rem;border:1px solid var(--line);border-radius:8px;background:var(--card)}
code,pre{font:13px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
.path{overflow-wrap:anywhere}.path code:first-child{padding:.1rem .4rem;border-radius:4px;border:1px solid var(--line);font-weight:600}
details{margin-top:.6rem;border-top:1px solid var(--line);padding-top:.5rem}summary{cursor:pointer;font-weight:600}
pre{margin:0;padding:.75rem;max-height:24rem;overflow:auto;border:1px solid var(--line);border-radius:6px;background:var(--page)}
.rows{overflow-x:auto}table{width:100%;border-collapse:collapse}th,td{padding:.35rem .75rem .35rem 0;border-top:1px solid var(--line);text-align:left;vertical-align:top;font-weight:400}
td ul{margin:0;padding-left:1.1rem}td:last-child{min-width:12rem;color:var(--muted)}
@media(max-width:48rem){body{display:block}nav{position:static;height:auto;border-right:0;border-bottom:1px solid var(--line)}main{padding:1rem}}
@media print{nav{display:none}body{display:block}details::details-content{content-visibility:visible}}`;
