/// What all pages of the forge have around them.
struct PageFrame {
    /// `owner/name` of the repository.
    let repository: String
    /// Whom the page acts for.
    let person: String
    let title: String
    /// Reads the page again after so many seconds; nil for a page that somebody reads at length.
    var refresh: Int?

    func around(_ inner: Markup) -> Markup {
        let again: Markup = refresh.map { "<meta http-equiv=\"refresh\" content=\"\($0)\">\n" } ?? ""
        return """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            \(again)<title>\(title) · \(repository)</title>
            <link rel="icon" href="data:,">
            <link rel="stylesheet" href="/style.css">
            </head>
            <body>
            <header class="bar"><div>
            <a class="name" href="/\(repository)/pulls">\(repository)</a>
            <a href="/\(repository)/pulls">Pull requests</a>
            <span class="who">You are \(person) · a simulated forge, kept in memory</span>
            </div></header>
            <main>
            \(inner)
            </main>
            </body>
            </html>

            """
    }
}

extension Moment {
    /// The time of day in UTC, with the date where it is not today's.
    func markup(today now: Moment) -> Markup {
        let text = "\(self)"
        let clock = text.dropFirst(11).prefix(8)
        let isToday = text.prefix(10) == "\(now)".prefix(10)
        let shown = isToday ? String(clock) : "\(text.prefix(10)) \(clock.prefix(5))"
        return "<time datetime=\"\(text)\" title=\"\(text)\">\(shown)</time>"
    }
}
