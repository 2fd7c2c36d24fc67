extension Markup {
  /// One sheet for screen and paper, light and dark. Everything the page needs is in it: no script, no font, no request.
  static let styleSheet = Markup.verbatim(
    """
    :root {
      color-scheme: light dark;
      --paper: #ffffff; --ink: #1c2126; --quiet: #59636e; --line: #dde2e7; --soft: #f4f6f8;
      --kept: #2b6d8f; --edited: #86b3c7; --dropped: #cf8a2a; --failed: #b2362b; --accent: #1f5c7a;
    }
    @media (prefers-color-scheme: dark) {
      :root {
        --paper: #15181b; --ink: #e4e7ea; --quiet: #9aa5b0; --line: #2d343b; --soft: #1d2226;
        --kept: #5fa8cb; --edited: #35627a; --dropped: #dba052; --failed: #e06a5c; --accent: #86c3e0;
      }
    }
    * { box-sizing: border-box; }
    html { -webkit-text-size-adjust: 100%; scroll-behavior: smooth; }
    @media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
    body {
      margin: 0; background: var(--paper); color: var(--ink);
      font: 16px/1.55 system-ui, -apple-system, "Segoe UI", "Noto Sans", "DejaVu Sans", sans-serif;
    }
    .page { max-width: 1240px; margin: 0 auto; padding: 0 16px 64px; }
    header { padding: 40px 0 8px; max-width: 46rem; }
    h1 { font-size: clamp(1.7rem, 1.2rem + 2vw, 2.5rem); line-height: 1.15; letter-spacing: -.015em; margin: 0 0 12px; }
    h2 { font-size: 1.35rem; line-height: 1.25; margin: 0 0 12px; padding-top: 28px; border-top: 1px solid var(--line); }
    h3 { font-size: 1.02rem; margin: 26px 0 8px; }
    p { margin: 0 0 12px; max-width: 46rem; }
    .kicker { color: var(--quiet); font-size: .85rem; letter-spacing: .06em; text-transform: uppercase; margin: 0 0 6px; }
    .quiet { color: var(--quiet); }
    a { color: var(--accent); }
    code, pre { font-family: ui-monospace, "SF Mono", "Cascadia Mono", "DejaVu Sans Mono", monospace; font-size: .88em; }
    code { overflow-wrap: anywhere; }
    section { margin: 0 0 36px; }
    nav ol { list-style: none; margin: 0; padding: 0; columns: 2; column-gap: 16px; font-size: .92rem; }
    nav a { display: block; padding: 5px 0; color: var(--quiet); text-decoration: none; break-inside: avoid; }
    nav a:hover { color: var(--ink); text-decoration: underline; }
    .tiles { display: grid; grid-template-columns: repeat(auto-fill, minmax(148px, 1fr)); gap: 1px; background: var(--line);
      border: 1px solid var(--line); margin: 20px 0; padding: 0; }
    .tiles > div { background: var(--paper); padding: 12px 14px; }
    .tiles dt { color: var(--quiet); font-size: .82rem; }
    .tiles dd { margin: 2px 0 0; font-size: 1.35rem; font-variant-numeric: tabular-nums; letter-spacing: -.01em; }
    .tiles small { display: block; font-size: .78rem; color: var(--quiet); letter-spacing: 0; }
    .scroll { overflow-x: auto; margin: 12px 0 18px; }
    .scroll:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
    table { border-collapse: collapse; width: 100%; font-size: .88rem; line-height: 1.4; }
    caption { text-align: left; color: var(--quiet); font-size: .85rem; padding: 0 0 6px; }
    th, td { text-align: left; font-weight: 400; padding: 6px 12px 6px 0; border-bottom: 1px solid var(--line); vertical-align: top; }
    thead th { color: var(--quiet); font-size: .8rem; border-bottom-color: var(--quiet); vertical-align: bottom; }
    tr > :last-child { padding-right: 0; }
    .n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
    .n + :not(.n) { padding-left: 14px; }
    th code { font-size: .84rem; white-space: nowrap; } td code { font-size: .82rem; }
    .long { display: inline-block; overflow-wrap: anywhere; min-width: 11rem; }
    .bars { list-style: none; margin: 8px 0 18px; padding: 0; font-size: .9rem; }
    .bars li { display: grid; grid-template-columns: 1fr auto; gap: 2px 14px; padding: 7px 0; break-inside: avoid; }
    .bars .label { overflow-wrap: anywhere; }
    .bars .figure { color: var(--quiet); font-variant-numeric: tabular-nums; text-align: right; }
    .bars .track { grid-column: 1 / -1; display: flex; height: 9px; background: var(--soft); }
    .bars details { grid-column: 1 / -1; }
    .track span { display: block; height: 100%; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
    .track .kept { background: var(--kept); } .track .edited { background: var(--edited); }
    .track .dropped { background: var(--dropped); } .track .failed { background: var(--failed); }
    .legend { display: flex; flex-wrap: wrap; gap: 4px 18px; padding: 0; margin: 4px 0 10px; list-style: none; color: var(--quiet); font-size: .84rem; }
    .legend i { display: inline-block; width: 12px; height: 9px; margin-right: 6px; }
    .legend .kept { background: var(--kept); } .legend .edited { background: var(--edited); }
    .legend .dropped { background: var(--dropped); } .legend .failed { background: var(--failed); }
    .legend .mark { height: 0; border-top: 2px dashed var(--failed); vertical-align: middle; width: 16px; }
    details summary { cursor: pointer; color: var(--accent); font-size: .85rem; padding: 2px 0; }
    .plots { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(300px, 100%), 1fr)); gap: 24px 28px; margin: 12px 0; }
    figure { margin: 0; break-inside: avoid; min-width: 0; }
    figcaption { font-size: .85rem; color: var(--quiet); overflow-wrap: anywhere; }
    figcaption b { color: var(--ink); font-weight: 600; }
    figcaption ul { margin: 2px 0 0; padding: 0; list-style: none; }
    figure.wide { max-width: 540px; }
    svg { display: block; width: 100%; height: auto; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
    svg text { fill: var(--quiet); font: 11px system-ui, "Noto Sans", "DejaVu Sans", sans-serif; font-variant-numeric: tabular-nums; }
    svg .grid { stroke: var(--line); stroke-width: 1; } svg .axis { stroke: var(--quiet); stroke-width: 1; }
    svg .kept { fill: var(--kept); } svg .dropped { fill: var(--dropped); }
    svg .threshold { stroke: var(--failed); stroke-width: 1.5; stroke-dasharray: 4 3; }
    svg .baseline { stroke: var(--dropped); stroke-width: 1.5; stroke-dasharray: 6 4; }
    svg .train { fill: none; stroke: var(--edited); stroke-width: 1.3; stroke-linejoin: round; }
    svg .validation { fill: none; stroke: var(--kept); stroke-width: 2.2; stroke-linejoin: round; }
    svg .point { fill: var(--kept); }
    .tokens { display: flex; flex-wrap: wrap; gap: 6px; list-style: none; margin: 8px 0 18px; padding: 0; }
    .tokens code { border: 1px solid var(--line); background: var(--soft); padding: 1px 6px; white-space: pre-wrap; display: block; }
    blockquote { margin: 12px 0; padding: 10px 14px; background: var(--soft); border-left: 3px solid var(--kept);
      white-space: pre-wrap; overflow-wrap: anywhere; max-width: 52rem; font-size: .94rem; }
    blockquote footer { white-space: normal; color: var(--quiet); font-size: .82rem; margin-top: 6px; }
    dl.answers dt { font-weight: 600; font-size: .95rem; margin-top: 14px; max-width: 46rem; }
    dl.answers dd { margin: 2px 0 0; max-width: 46rem; white-space: pre-line; overflow-wrap: anywhere; }
    .unanswered { color: var(--failed); border: 1px solid currentColor; font-size: .78rem; padding: 1px 7px; border-radius: 9px; }
    .balance { border-left: 3px solid var(--kept); padding: 2px 0 2px 12px; }
    .balance.broken { border-color: var(--failed); }
    @media (min-width: 1060px) {
      .page { display: grid; grid-template-columns: 190px minmax(0, 1fr); gap: 0 48px; }
      .page > header, .page > main { grid-column: 2; }
      nav { grid-column: 1; grid-row: 1 / span 2; }
      nav ol { position: sticky; top: 24px; margin-top: 48px; columns: 1; }
    }
    @media print {
      body { font-size: 10.5pt; }
      :root { --paper: #fff; --ink: #000; --quiet: #444; --line: #ccc; --soft: #f3f3f3; }
      .page { display: block; padding: 0; } nav { display: none; } .scroll { overflow: visible; }
      h2, h3 { break-after: avoid; } tr { break-inside: avoid; } a { color: inherit; }
      details::details-content { content-visibility: visible; }
    }
    """)
}
