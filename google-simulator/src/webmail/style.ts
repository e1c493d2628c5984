/** The webmail's style sheet; the account list collapses on a narrow screen. */
export const mailStyle = `
body{background:#f6f8fc}
.mail{display:grid;grid-template-columns:272px minmax(0,1fr);gap:16px;max-width:1440px;margin:0 auto;padding:16px}
nav h2{font-size:12px;font-weight:500;color:#444746;margin:14px 12px 2px}
nav ul{list-style:none;margin:0;padding:0}
nav li{display:flex;align-items:center;position:relative}
nav li a{flex:1;min-width:0;overflow:hidden;text-overflow:ellipsis;white-space:nowrap;padding:5px 44px 5px 12px;border-radius:16px;font-size:14px;color:#1f1f1f;text-decoration:none}
nav li a:hover{background:#e9eef6}
nav li a[aria-current]{background:#d3e3fd;font-weight:500}
.count{position:absolute;right:12px;font-size:12px;font-weight:500;pointer-events:none}
.add{font-size:14px;margin:14px 12px}
.add summary{color:#0b57d0;cursor:pointer}
.add form{display:grid;gap:6px;margin-top:8px}
main{background:#fff;border-radius:16px;min-width:0;overflow:hidden;min-height:calc(100vh - 60px)}
.top{display:flex;flex-wrap:wrap;gap:6px 12px;align-items:center;padding:14px 20px;border-bottom:1px solid #e4e8ee}
.top h1{font-size:18px;font-weight:500;overflow-wrap:anywhere}
.top .quiet{margin-left:auto}
.folders{display:flex;gap:4px;padding:6px 14px;border-bottom:1px solid #e4e8ee;overflow-x:auto}
.folders a{padding:4px 12px;border-radius:14px;color:#1f1f1f;text-decoration:none;font-size:14px}
.folders a[aria-current]{background:#d3e3fd;font-weight:500}
.threads{list-style:none;margin:0;padding:0}
.threads a{display:grid;grid-template-columns:190px minmax(0,1fr) auto;gap:14px;padding:9px 20px;border-bottom:1px solid #eef0f4;color:#444746;text-decoration:none;font-size:14px}
.threads a:hover{background:#f2f6fc}
.threads .unread{background:#fff;color:#1f1f1f;font-weight:600}
.threads span{overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
.threads .snippet{font-weight:400;color:#5f6368}
.threads time{font-size:12px;font-variant-numeric:tabular-nums}
.empty{padding:48px 20px;text-align:center;color:#444746}
.bar{display:flex;flex-wrap:wrap;gap:8px;padding:10px 20px;border-bottom:1px solid #e4e8ee}
.bar form{display:contents}
.bar button,.bar .button{padding:5px 14px;min-height:32px}
article{padding:14px 20px;border-bottom:1px solid #e4e8ee}
article header{display:flex;gap:12px;align-items:flex-start;font-size:14px}
article header div{min-width:0;overflow-wrap:anywhere;flex:1}
article header time{color:#444746;font-size:12px;white-space:nowrap}
article iframe{width:100%;border:0;display:block;margin:10px 0;min-height:40px}
.files{display:flex;flex-wrap:wrap;gap:8px;padding:0;margin:8px 0;list-style:none}
.files a,.files span{display:inline-block;border:1px solid #c4c7c5;border-radius:8px;padding:5px 10px;font-size:13px;overflow-wrap:anywhere}
.compose{display:grid;gap:8px;padding:16px 20px}
.compose .row{display:grid;grid-template-columns:64px minmax(0,1fr);align-items:center;gap:8px;font-size:14px}
.tools{display:flex;flex-wrap:wrap;gap:6px}
.tools button,.tools .button{padding:4px 12px;min-height:32px;border-radius:6px;color:#1f1f1f;border-color:#c4c7c5}
.tools .button:focus-within{outline:2px solid #0b57d0}
.editor{min-height:220px;border:1px solid #747775;border-radius:4px;padding:12px;overflow:auto;font-size:15px}
.editor img{max-width:100%}
.hidden-file{position:absolute;width:1px;height:1px;opacity:0}
.actions{display:flex;gap:10px;flex-wrap:wrap;align-items:center}
.wrong{color:#b3261e;font-size:14px;margin:0}
.wrong:empty{display:none}
pre{white-space:pre-wrap;overflow-wrap:anywhere;padding:16px 20px;font-size:13px;margin:0}
@media (max-width:800px){
.mail{display:block;padding:0}
nav{padding:8px 12px;background:#fff;border-bottom:1px solid #e4e8ee}
nav h2{display:none}
#accounts,#accounts ul{display:flex;gap:2px}
#accounts{overflow-x:auto}
nav li a{padding-right:32px}
.add{margin:6px 12px 0}
main{border-radius:0}
.threads a{grid-template-columns:minmax(0,1fr) auto;padding:10px 14px;gap:0 10px}
.threads a .about{grid-column:1/-1;grid-row:2}
.top,.bar,article,.compose{padding-left:14px;padding-right:14px}
.top .quiet{margin-left:0}
}
`;
