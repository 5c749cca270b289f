//! How the picture looks, by day and by night. No font is embedded: the reader's own is taken.

/// The `<style>` element.
pub(super) const STYLE: &str = r#"<style>
svg { --paper: #ffffff; --ink: #1f2328; --quiet: #59636e; --rule: #d8dee4; --own: #0969da; --base: #818b98; --dead: #cf222e; }
@media (prefers-color-scheme: dark) {
  svg { --paper: #0d1117; --ink: #e6edf3; --quiet: #9198a1; --rule: #2b323b; --own: #4493f8; --base: #8b949e; --dead: #f85149; }
}
text { font-family: system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", Helvetica, Arial, sans-serif; font-size: 12px; fill: var(--ink); font-variant-numeric: tabular-nums; }
.paper { fill: var(--paper); }
.head { font-size: 18px; font-weight: 600; }
.case { font-size: 14px; font-weight: 600; }
.name { font-size: 13px; }
.figure { font-size: 13px; font-weight: 600; }
.quiet { font-size: 11px; fill: var(--quiet); }
.rule { stroke: var(--rule); stroke-width: 1; }
.zero { stroke: var(--quiet); stroke-width: 1; }
.own { --tone: var(--own); } .base { --tone: var(--base); }
.bar { fill: var(--tone); fill-opacity: .16; }
.only { fill: var(--tone); fill-opacity: .75; }
.box { fill: var(--tone); fill-opacity: .28; stroke: var(--tone); stroke-width: 1; }
.whisker { stroke: var(--tone); stroke-width: 1; }
.median { stroke: var(--tone); stroke-width: 3; }
.area { fill: var(--tone); fill-opacity: .3; }
.dead { fill: var(--dead); fill-opacity: .85; }
.limit { stroke: var(--ink); stroke-width: 1; stroke-dasharray: 4 3; }
.dot { fill: var(--tone); fill-opacity: .55; }
.outlier { fill: var(--paper); stroke: var(--tone); stroke-width: 1.2; }
</style>
"#;
