/// The look of the forge's pages: one column to read, one to decide, for light and dark, down to a phone.
enum Stylesheet {
    static let text = colours + frame + reading + deciding + changes + small

    private static let colours = """
        :root {
          color-scheme: light dark;
          --paper: #ffffff; --panel: #f5f6f7; --ink: #1a1f24; --quiet: #57616b; --line: #dde1e5; --link: #0a5aa8;
          --good: #17703f; --bad: #ad2b26; --done: #6a43b5; --wait: #855600;
          --added: #e6f5eb; --removed: #fce8e6; --added-word: #b4e2c3; --removed-word: #f5bfb9;
          --mono: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --paper: #14171a; --panel: #1c2024; --ink: #e6e9ec; --quiet: #9aa4ae; --line: #2e343a; --link: #7fb8f5;
            --good: #62c690; --bad: #f0918a; --done: #b9a1f2; --wait: #e0b560;
            --added: #14301f; --removed: #381d1c; --added-word: #1f5a36; --removed-word: #6e302b;
          }
        }

        """

    private static let frame = """
        * { box-sizing: border-box; }
        html { -webkit-text-size-adjust: 100%; }
        body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.55 system-ui, sans-serif; }
        a { color: var(--link); text-underline-offset: .15em; text-decoration-thickness: .06em; }
        :focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
        code, pre, .mono { font-family: var(--mono); font-size: .875em; }
        .bar { border-bottom: 1px solid var(--line); font-size: .9rem; }
        .bar > div, main { max-width: 74rem; margin: 0 auto; padding: 0 1.5rem; }
        .bar > div { display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; padding-block: .7rem; align-items: baseline; }
        .bar a { text-decoration: none; }
        .bar .name { font-weight: 650; color: var(--ink); }
        .bar .who { margin-left: auto; color: var(--quiet); }
        main { padding-block: 2.25rem 5rem; }
        h1 { margin: 0; font-size: 1.75rem; line-height: 1.25; font-weight: 650; letter-spacing: -.012em;
          overflow-wrap: anywhere; text-wrap: balance; }
        h1 .number { color: var(--quiet); font-weight: 400; white-space: nowrap; }
        h2.part { margin: 3rem 0 .75rem; font-size: 1.15rem; font-weight: 650; }
        .meta { margin: .7rem 0 0; color: var(--quiet); display: flex; flex-wrap: wrap; gap: .35rem .7rem;
          align-items: center; }
        .meta code { color: var(--ink); overflow-wrap: anywhere; }
        .quiet { color: var(--quiet); }
        .state { display: inline-block; padding: .1rem .7rem; border-radius: 1rem; font-size: .85rem; font-weight: 600;
          color: var(--paper); background: var(--quiet); }
        .state.open { background: var(--good); } .state.merged { background: var(--done); }
        .state.closed { background: var(--bad); }
        .label { display: inline-block; padding: 0 .6rem; border: 1px solid currentColor; border-radius: 1rem;
          font-size: .8rem; font-weight: 600; color: var(--wait); white-space: nowrap; }
        .notice { margin: 0 0 1.5rem; padding: .7rem 1rem; border-left: 3px solid var(--bad); background: var(--panel); }

        """

    private static let reading = """
        .columns { display: grid; grid-template-columns: minmax(0, 1fr) 19rem; gap: 2rem 3.5rem; margin-top: 2rem;
          align-items: start; }
        .body { max-width: 46rem; overflow-wrap: break-word; }
        .body > :first-child, .said > :first-child { margin-top: 0; }
        .body h2 { margin: 2rem 0 .5rem; font-size: 1.3rem; line-height: 1.3; font-weight: 650; }
        .body h3 { margin: 2rem 0 .5rem; font-size: 1.08rem; font-weight: 650; }
        .body h4, .body h5 { margin: 1.5rem 0 .4rem; font-size: 1rem; font-weight: 650; }
        .body p, .body ul, .body ol { margin: .6rem 0; }
        .body ul, .body ol { padding-left: 1.35rem; }
        .body li { margin: .25rem 0; }
        .body li::marker { color: var(--quiet); }
        ul.tasks { list-style: none; padding-left: 0; }
        .task { display: inline-grid; place-items: center; width: 1.1em; height: 1.1em; margin-right: .55em;
          border: 1px solid var(--quiet); border-radius: .25em; font-size: .85em; vertical-align: -.1em; line-height: 1; }
        .task.done { border-color: var(--good); color: var(--good); }
        .body code { padding: .1em .35em; border-radius: .3em; background: var(--panel); overflow-wrap: anywhere; }
        .body pre { padding: .8rem 1rem; background: var(--panel); border-radius: .4rem; overflow-x: auto; line-height: 1.45; }
        .body pre code { padding: 0; background: none; overflow-wrap: normal; }
        blockquote { margin: .8rem 0; padding-left: 1rem; border-left: 3px solid var(--line); color: var(--quiet); }
        hr { border: 0; border-top: 1px solid var(--line); margin: 1.5rem 0; }
        .wide { overflow-x: auto; margin: .8rem 0; }
        .body table { border-collapse: collapse; font-variant-numeric: tabular-nums; min-width: 60%; }
        .body th, .body td { padding: .4rem 1.25rem .4rem 0; text-align: left; vertical-align: top;
          border-bottom: 1px solid var(--line); }
        .body td, .body td code { overflow-wrap: break-word; }
        .body td code { padding: 0; background: none; }
        .body th { font-size: .85rem; font-weight: 600; color: var(--quiet); }
        .body .right { text-align: right; } .body .center { text-align: center; }

        """

    private static let deciding = """
        .decide { background: var(--panel); border-radius: .6rem; padding: 1.1rem 1.25rem; font-size: .94rem; }
        .decide section + section { margin-top: 1.1rem; padding-top: 1.1rem; border-top: 1px solid var(--line); }
        .decide h2 { margin: 0 0 .35rem; font-size: .94rem; font-weight: 650; }
        .decide p { margin: .3rem 0; }
        .decide form { margin: .6rem 0 0; }
        .decide ul { list-style: none; margin: 0; padding: 0; }
        .decide li + li { margin-top: .45rem; }
        .decide li { overflow-wrap: anywhere; }
        .check { position: relative; padding-left: 1.1em; }
        .check::before { content: ""; position: absolute; left: 0; top: .45em; width: .6em; height: .6em;
          border-radius: 50%; background: var(--quiet); }
        .check.success::before { background: var(--good); } .check.pending::before { background: var(--wait); }
        .check.failure::before, .check.error::before { background: var(--bad); }
        .check.warning::before { background: var(--wait); }
        .check small { display: block; color: var(--quiet); font-size: .88em; }
        button, select { font: inherit; font-size: .94rem; padding: .45rem .8rem; border-radius: .4rem; width: 100%;
          border: 1px solid var(--line); background: var(--paper); color: var(--ink); }
        button { cursor: pointer; font-weight: 550; }
        button:hover:not(:disabled) { border-color: var(--quiet); }
        button.main { background: var(--good); border-color: var(--good); color: var(--paper); }
        button:disabled { cursor: not-allowed; color: var(--quiet); background: transparent; border-style: dashed; }
        select { margin-bottom: .5rem; }
        label.for { display: block; margin-bottom: .3rem; color: var(--quiet); font-size: .88rem; }

        """

    private static let changes = """
        .file { margin: 0 0 1.25rem; border: 1px solid var(--line); border-radius: .5rem; overflow: hidden; }
        .file > summary { display: flex; flex-wrap: wrap; gap: .25rem 1rem; padding: .55rem 1rem; background: var(--panel);
          cursor: pointer; font-size: .9rem; }
        .file > summary .path { overflow-wrap: anywhere; font-weight: 600; }
        .file > summary .count { margin-left: auto; font-variant-numeric: tabular-nums; }
        .plus { color: var(--good); } .minus { color: var(--bad); }
        .file .lines { overflow-x: auto; border-top: 1px solid var(--line); }
        .file table { border-collapse: collapse; width: 100%; font: .83rem/1.6 var(--mono); }
        .file td { padding: 0 .75rem; white-space: pre; }
        .file td.at { color: var(--quiet); text-align: right; user-select: none; width: 1%; padding: 0 .35rem 0 .75rem; }
        .file td.sign { width: 1%; padding: 0 0 0 .5rem; user-select: none; }
        .file tr.added { background: var(--added); } .file tr.removed { background: var(--removed); }
        .file tr.hunk td { color: var(--quiet); padding-block: .3rem; background: var(--panel); }
        .file ins, .file del { text-decoration: none; border-radius: .2em; }
        .file ins { background: var(--added-word); } .file del { background: var(--removed-word); }
        .file p { margin: 0; padding: .7rem 1rem; color: var(--quiet); }
        .list { list-style: none; margin: 1.25rem 0 0; padding: 0; border-top: 1px solid var(--line); }
        .list > li { padding: .8rem 0; border-bottom: 1px solid var(--line); }
        .list .title { font-size: 1.06rem; font-weight: 600; overflow-wrap: anywhere; }
        .list .meta { margin-top: .25rem; font-size: .9rem; }
        .list a, .log a { text-decoration: none; } .list a:hover, .log a:hover { text-decoration: underline; }
        .log { list-style: none; margin: 0; padding: 0; font-size: .94rem; }
        .log > li { padding: .3rem 0; display: grid; grid-template-columns: 5.5rem minmax(0, 1fr); gap: 0 1rem; }
        .log time { color: var(--quiet); font-variant-numeric: tabular-nums; }
        .log .said { grid-column: 2; margin: .3rem 0 .5rem; padding-left: 1rem; border-left: 3px solid var(--line); }

        """

    private static let small = """
        @media (max-width: 60rem) {
          .columns { grid-template-columns: minmax(0, 1fr); }
          .decide { max-width: 46rem; }
        }
        @media (max-width: 36rem) {
          .bar > div, main { padding-inline: 1rem; }
          main { padding-block: 1.5rem 3rem; }
          h1 { font-size: 1.45rem; }
          .bar .who { margin-left: 0; }
          .file td.at:first-child { display: none; }
          .log > li { grid-template-columns: minmax(0, 1fr); }
          .log .said { grid-column: 1; }
        }

        """
}
