import Testing

@testable import Simulator

@Suite("Markdown on the forge's pages")
struct MarkdownTests {
    @Test(arguments: [
        ("# Title", "<h2>Title</h2>"), ("### Part ###", "<h4>Part</h4>"), ("#hash", "<p>#hash</p>"),
        ("one\ntwo", "<p>one\ntwo</p>"), ("one  \ntwo", "<p>one<br>\ntwo</p>"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
        ("- a\n  - b", "<ul>\n<li>a<ul>\n<li>b</li>\n</ul>\n</li>\n</ul>"),
        ("text\n- a", "<p>text</p>\n<ul>\n<li>a</li>\n</ul>"),
        ("3. a\n4. b", "<ol start=\"3\">\n<li>a</li>\n<li>b</li>\n</ol>"),
        (
            "- [x] done\n- [ ] not",
            "<ul class=\"tasks\">\n<li><span class=\"task done\" role=\"img\" aria-label=\"done\">✓</span>done</li>\n<li><span class=\"task\" role=\"img\" aria-label=\"not done\"></span>not</li>\n</ul>"
        ),
        ("> said\n> twice", "<blockquote>\n<p>said\ntwice</p>\n</blockquote>"),
        ("a\n\n---\n\nb", "<p>a</p>\n<hr>\n<p>b</p>"),
        ("```yaml\na: <b>\n```\nafter", "<pre tabindex=\"0\"><code>a: &lt;b&gt;\n</code></pre>\n<p>after</p>"),
    ])
    func `blocks become elements`(text: String, html: String) {
        #expect(MarkdownPage.markup(text).html.trimmed == html)
    }

    @Test func `a table has a head, its alignments and as many cells in every row`() {
        let html = MarkdownPage.markup("| a | b |\n|---|--:|\n| `x\\|y` | 1 |\n| only |\n").html
        #expect(html.contains("<thead><tr><th>a</th><th class=\"right\">b</th></tr></thead>"))
        #expect(html.contains("<tr><td><code>x|y</code></td><td class=\"right\">1</td></tr>"))
        #expect(html.contains("<tr><td>only</td><td class=\"right\"></td></tr>"))
    }

    @Test(arguments: [
        ("**bold** and *thin*", "<strong>bold</strong> and <em>thin</em>"),
        ("**a `b**c` d**", "<strong>a <code>b**c</code> d</strong>"), ("~~gone~~", "<del>gone</del>"),
        ("snake_case_name", "snake_case_name"), ("2 * 3 * 4", "2 * 3 * 4"), (#"\*not\* \<b\>"#, "*not* &lt;b&gt;"),
        ("`` a`b ``", "<code>a`b</code>"), ("`open", "`open"),
        ("&#64;team &amp; &lt;b&gt; &bogus;", "@team &amp; &lt;b&gt; &amp;bogus;"),
        ("[text](https://a.example/b?c=d&e)", "<a href=\"https://a.example/b?c=d&amp;e\" rel=\"noreferrer\">text</a>"),
        ("[`id`](https://a.example/1)", "<a href=\"https://a.example/1\" rel=\"noreferrer\"><code>id</code></a>"),
        ("see https://a.example/b.", "see <a href=\"https://a.example/b\" rel=\"noreferrer\">https://a.example/b</a>."),
        ("<https://a.example>", "<a href=\"https://a.example\" rel=\"noreferrer\">https://a.example</a>"),
    ])
    func `marks inside a line become elements`(text: String, html: String) {
        #expect(MarkdownInline.markup(text).html == html)
    }

    @Test(arguments: [
        "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "[x](javascript:alert(1))",
        "[x](data:text/html,<script>)", "**<b onclick=a>**", "`<i>`", "| <u> |\n|---|\n| <s> |",
        "# <h1 id=x>", "- <li>", "> <q>", "```\n</code></pre><script>\n```",
        "[\"onmouseover=\"a](https://x/\"onclick=\"a)",
        "<https://a\"onclick=\"b>", "&lt;script&gt;", "&#60;script&#62;",
    ])
    func `nothing of an author's becomes an element, an attribute or a script`(text: String) {
        let html = MarkdownPage.markup(text).html
        let allowed = [
            "p", "h2", "h3", "h4", "h5", "ul", "ol", "li", "strong", "em", "del", "code", "pre", "blockquote", "table",
            "thead", "tbody", "tr", "th", "td", "div", "span", "a", "br", "hr", "wbr",
        ]
        for match in html.matches(of: /<\/?([a-zA-Z0-9]+)([^>]*)>/) {
            #expect(allowed.contains(String(match.1)), "\(html)")
            let attributes = match.2.matches(of: /\s([a-z-]+)="/).map { String($0.1) }
            #expect(
                Set(attributes).isSubset(of: ["href", "rel", "class", "tabindex", "role", "aria-label", "start"]),
                "\(html)")
        }
        #expect(!html.contains("javascript:") || !html.contains("href"))
    }

    @Test func `comments are left out, over several lines too, but stay in code`() {
        let text = "<!-- mark -->\nshown <!-- a\nb --> too\n\n```\n<!-- kept -->\n```\n<!-- open"
        let html = MarkdownPage.markup(text).html
        #expect(html.contains("<p>shown\ntoo</p>"))
        #expect(html.contains("&lt;!-- kept --&gt;"))
        #expect(!html.contains("mark") && !html.contains("open"))
    }

    @Test func `deep nesting ends, and is shown`() {
        let html = MarkdownPage.markup(String(repeating: "> ", count: 500) + "deep").html
        #expect(html.contains("deep") && html.matches(of: /<blockquote>/).count == 8)
        #expect(MarkdownInline.markup(String(repeating: "*a ", count: 300)).html.contains("a"))
        #expect(MarkdownInline.markup(String(repeating: "[", count: 400)).html == String(repeating: "[", count: 400))
    }
}
