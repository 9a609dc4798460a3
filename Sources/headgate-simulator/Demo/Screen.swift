import Glibc
import Simulator

/// Shows the three apps and what has happened: drawn over itself on a terminal, as lines elsewhere.
struct Screen {
    private let isTerminal = isatty(1) == 1
    private var height = 0
    private var printed = 0

    mutating func draw(state: Value, standings: [String: String], lines: [String], elapsed: Duration) {
        guard isTerminal else {
            for line in lines[printed...] { print("\(Self.clock(elapsed))  \(line)") }
            printed = lines.count
            fflush(nil)
            return
        }
        var rows = ["Headgate · \(Self.clock(elapsed)) · live traffic, as the simulated gateway splits it", ""]
        for app in [Shop.goodRelease, Shop.badRelease, Shop.stoppedRelease] {
            let weight = Self.weight(of: app.app, in: state)
            let bar = String(repeating: "█", count: weight / 5) + String(repeating: "░", count: 20 - weight / 5)
            let requests = Self.requests(of: app.image, in: state)
            rows.append(
                "  \(Self.pad(app.app, 9)) \(bar) canary \(Self.pad("\(weight)%", 5)) \(Self.pad(app.new, 8)) \(requests)"
            )
            rows.append("            \(standings[app.app] ?? "")")
        }
        rows.append("")
        rows += lines.suffix(12)
        if height > 0 { print("\u{1B}[\(height)A", terminator: "") }
        let width = 110
        for row in rows { print("\u{1B}[2K" + (row.count > width ? String(row.prefix(width - 1)) + "…" : row)) }
        if height > rows.count { print("\u{1B}[J", terminator: "") }
        height = rows.count
        fflush(nil)
    }

    /// The share in percent that the live route of an app gives its canary.
    static func weight(of app: String, in state: Value) -> Int {
        let route = (state["weights"]?.array ?? []).first { $0["route"]?.string == "shop/\(app)" }
        let canary = route?["weights"]?["\(app)-canary"]?.integer ?? 0
        let stable = route?["weights"]?[app]?.integer ?? 0
        return canary + stable > 0 ? canary * 100 / (canary + stable) : 0
    }

    private static func requests(of image: String, in state: Value) -> String {
        var served = 0
        var failed = 0
        for total in state["totals"]?.array ?? [] where total["image"]?.string == image {
            served += total["served"]?.integer ?? 0
            failed += total["failed"]?.integer ?? 0
        }
        // The simulator counts those that were answered well and those that were not.
        return served + failed == 0 ? "" : "\(served + failed) requests, \(failed) failed"
    }

    private static func clock(_ elapsed: Duration) -> String {
        let seconds = elapsed.components.seconds
        return "\(seconds / 60):\(seconds % 60 < 10 ? "0" : "")\(seconds % 60)"
    }

    private static func pad(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}
