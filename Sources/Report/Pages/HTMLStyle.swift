/// The style of `report.html`: light and dark, phones, print.
enum HTMLStyle {
    static let text = """
        :root{color-scheme:light dark;--ink:#1f2328;--quiet:#57606a;--paper:#ffffff;--soft:#f6f8fa;--line:#d0d7de;\
        --shade:#8c959f;--alarm:#a40e26;--good:#0b5d33;--link:#0550ae}
        @media screen and (prefers-color-scheme:dark){:root{--ink:#e6edf3;--quiet:#9da7b3;--paper:#0d1117;\
        --soft:#161b22;--line:#30363d;--shade:#6e7681;--alarm:#ff8182;--good:#7ee2a8;--link:#79c0ff}}
        *{box-sizing:border-box}
        body{margin:0;background:var(--paper);color:var(--ink);\
        font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
        main{max-width:76rem;margin:0 auto;padding:1.5rem}a{color:var(--link)}
        h1,h2,h3{line-height:1.25;overflow-wrap:anywhere}h2{margin-top:2.5rem}
        .question{font-size:1.25rem;font-weight:600;max-width:50rem;margin:.5rem 0 1rem}
        .answer{background:var(--soft);border-left:4px solid var(--link);padding:.75rem 1rem;max-width:54rem}
        .answer p{margin:.4rem 0}.answer ul,.more ul{margin:.3rem 0 .8rem;padding-left:1.3rem;max-width:50rem}
        .answer p,.more p{max-width:50rem;overflow-wrap:anywhere}.warning{color:var(--alarm)}
        nav ul{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;list-style:none;padding:0;font-size:.9375rem}
        .wide{overflow-x:auto;scrollbar-color:var(--shade) transparent;\
        background:linear-gradient(to right,var(--paper) 30%,transparent) left/3rem 100%,\
        linear-gradient(to left,var(--paper) 30%,transparent) right/3rem 100%,\
        linear-gradient(to right,var(--shade),transparent) left/.8rem 100%,\
        linear-gradient(to left,var(--shade),transparent) right/.8rem 100%;\
        background-repeat:no-repeat;background-attachment:local,local,scroll,scroll}
        details{border-top:1px solid var(--line);padding:.5rem 0}summary{cursor:pointer;font-weight:600}
        details table caption{display:none}
        table{border-collapse:collapse;font-size:.875rem;font-variant-numeric:tabular-nums;margin:1rem 0 .5rem}
        caption{text-align:left;font-weight:600;padding-bottom:.35rem}
        th,td{padding:.3rem .5rem;text-align:right;border-bottom:1px solid var(--line);vertical-align:top}
        td{white-space:nowrap}thead th{vertical-align:bottom;min-width:3.5rem;max-width:6.5rem}\
        th[scope=row]{min-width:6rem;max-width:14rem;overflow-wrap:anywhere}
        th[scope=row],.words,thead .words,.remarks td{text-align:left}th[scope=row]{font-weight:500}
        td.words,th[scope=row].words{white-space:normal;min-width:9rem;max-width:24rem;overflow-wrap:anywhere}
        .remarks td{white-space:normal;color:var(--quiet)}
        .claim{border-top:1px solid var(--line);padding:.7rem 0}.claim h3,.claim p{margin:.2rem 0}\
        .claim h3{font-size:1rem}.claim p{max-width:45rem;overflow-wrap:anywhere}
        .evidence{display:grid;grid-template-columns:minmax(0,22rem) minmax(0,1fr);gap:0 2rem;margin-top:.4rem}\
        .evidence table{width:100%;margin:.2rem 0 .5rem}.evidence caption{font-weight:500}\
        .evidence td{white-space:normal}.evidence th[scope=row]{color:var(--quiet)}\
        .evidence td,.evidence th[scope=row]{padding-left:0;padding-right:0}
        .verdict{white-space:nowrap;font-weight:600}.good{color:var(--good)}.bad{color:var(--alarm)}
        .notes,figcaption{color:var(--quiet);font-size:.875rem;max-width:50rem}
        figure{margin:1.5rem 0}svg{display:block;width:100%;min-width:40rem;max-width:55rem;height:auto}
        dl{display:grid;grid-template-columns:max-content 1fr;gap:.15rem 1rem;font-size:.875rem}
        dt{color:var(--quiet)}dd{margin:0;overflow-wrap:anywhere}
        @media (max-width:40rem){main{padding:.9rem}th,td{padding:.3rem .4rem}dl,.evidence{grid-template-columns:1fr}\
        dd{margin:0 0 .4rem .8rem}td.words{min-width:12rem}}
        @media print{body{font-size:10.5pt}main{max-width:none;padding:0}nav{display:none}\
        .wide{overflow:visible;background:none}\
        details::details-content{content-visibility:visible;height:auto}\
        svg{min-width:0;width:auto;max-width:100%;max-height:23cm}\
        table{font-size:7.5pt}.evidence table{font-size:9pt}th,td{padding:.15rem .3rem}\
        td,th[scope=row]{white-space:normal}td.words,th[scope=row].words,thead th{min-width:0}\
        figure,tr,.answer,.claim{break-inside:avoid}h2,h3,caption{break-after:avoid}\
        .answer{background:none}@page{margin:1.5cm}}
        """
}
