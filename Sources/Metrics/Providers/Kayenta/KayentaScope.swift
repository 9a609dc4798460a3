import Analysis
import Rollouts

/// The two sides of a comparison, under the name by which a canary config's metrics ask for them.
struct KayentaScope: Sendable {
    let name: String
    private let control: Side
    private let experiment: Side

    init(_ fields: inout ProviderFields, interval: Duration) {
        name = fields.requiredText("name", hint: "write the name that the canary config's metrics have, often default")
        control = Self.side("controlScope", of: &fields, interval)
        experiment = Self.side("experimentScope", of: &fields, interval)
    }

    /// What Kayenta is sent, for a window that ends at `now` where the template does not say another.
    func json(now: Timestamp) -> JSON {
        ["controlScope": control.json(now: now), "experimentScope": experiment.json(now: now)]
    }

    private static func side(_ name: String, of fields: inout ProviderFields, _ interval: Duration) -> Side {
        if let side = fields.nested(name, { Side(&$0, interval: interval) }) { return side }
        fields.refuse(name, "\(name) is missing", hint: "state its scope, region and step")
        var empty = ProviderFields(.map([]), at: name)
        return Side(&empty, interval: interval)
    }

    /// Which series, where, and over which window.
    private struct Side: Sendable {
        private let scope: String
        private let location: String
        /// In seconds.
        private let step: Int
        private let start: Timestamp?
        private let end: Timestamp?
        private let interval: Duration

        init(_ fields: inout ProviderFields, interval: Duration) {
            scope = fields.requiredText("scope", hint: "write what selects the series of this side")
            let region = fields.text("region")
            location = fields.text("location") ?? region ?? ""
            step = fields.whole("step") ?? 60
            start = Self.time("start", of: &fields)
            end = Self.time("end", of: &fields)
            self.interval = interval
            if step < 1 { fields.refuse("step", "is no number of seconds", hint: "write 60 for a point each minute") }
            checkWindow(&fields)
        }

        func json(now: Timestamp) -> JSON {
            let end = end ?? now
            // Kayenta has called the location a region.
            return [
                "scope": .string(scope), "location": .string(location), "region": .string(location),
                "step": .number(String(step)), "start": .string((start ?? end - interval).rfc3339),
                "end": .string(end.rfc3339),
            ]
        }

        private static func time(_ name: String, of fields: inout ProviderFields) -> Timestamp? {
            guard let text = fields.text(name) else { return nil }
            if let time = Timestamp(rfc3339: text) { return time }
            fields.refuse(name, "\"\(text)\" is no time", hint: "write it as 2026-11-21T12:00:00Z")
            return nil
        }

        private func checkWindow(_ fields: inout ProviderFields) {
            if let start, let end, start >= end {
                fields.refuse("start", "is not before the end")
            } else if start == nil, interval <= .zero {
                fields.refuse(
                    "start", "the window has no beginning", hint: "state start, or give the metric an interval")
            } else if start == nil, interval < .seconds(step) * 4 {
                fields.refuse(
                    "step", "the metric's interval has fewer than four points",
                    hint: "the judge needs more: state a longer interval, or start")
            }
        }
    }
}
