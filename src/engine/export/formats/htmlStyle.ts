/** The style sheet of an exported page: light, dark and on paper. */
export const STYLE = `
:root { color-scheme: light dark; --edge: #8886; --dim: #595959; --chip: #8882; --speaks: #1a6bb31a; }
@media (prefers-color-scheme: dark) { :root { --dim: #a9a9a9; --speaks: #4aa3f02e; } }
body { margin: 2em auto; max-width: 90em; padding: 0 1.5em; font: 14px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.5em; } h2 { font-size: 1.15em; margin-top: 2em; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25em 1.25em; }
dt { color: var(--dim); } dd { margin: 0; overflow-wrap: anywhere; }
table { border-collapse: collapse; margin: 1em 0; } table.rows { width: 100%; }
th, td { border-bottom: 1px solid var(--edge); padding: .35em .75em; text-align: left; vertical-align: top; }
thead th { position: sticky; top: 0; background: Canvas; white-space: nowrap; }
tbody th { font-weight: 600; white-space: nowrap; } tbody th small { font-weight: 400; white-space: normal; }
small { color: var(--dim); font-size: .85em; font-variant-numeric: tabular-nums; }
th.number, .number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.gap { visibility: hidden; }
.speaks { background: var(--speaks); }
.random th, .random .number { color: var(--dim); font-weight: 400; }
ol { margin: 0; padding: 0; list-style: none; display: flex; flex-wrap: wrap; gap: .2em .9em; }
li { white-space: nowrap; }
.token { border: 1px solid var(--edge); border-radius: 3px; background: var(--chip); padding: 0 .3em; font-family: ui-monospace, monospace; font-variant-ligatures: none; white-space: pre; }
.token i { font-style: normal; color: var(--dim); }
.token .boxed { border: 1px solid var(--edge); font-size: .8em; padding: 0 .15em; }
@media print { body { max-width: none; margin: 0; font-size: 9pt; } thead th { position: static; } tr { break-inside: avoid; } }
`;
