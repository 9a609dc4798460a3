/// Something in a behaviour file, an option or a control request that the simulator does not understand.
package struct BehaviourError: Error, Equatable, CustomStringConvertible {
    package let message: String
    package var description: String { message }
}

extension BehaviourTable {
    /// Reads `{image: {errors, latency: {median, sigma}, start, fail, crashAfter}}`; unknown names are errors.
    package init(reading value: Value) throws(BehaviourError) {
        guard let images = value.fields else {
            throw BehaviourError(message: "expected an object with a member per image")
        }
        self.init()
        for (image, description) in images.members {
            entries[image] = try Behaviour(reading: description, image: image)
        }
    }
}

extension Behaviour {
    package init(reading value: Value, image: String) throws(BehaviourError) {
        self.init()
        guard let members = value.fields?.members else { throw BehaviourError(message: "\(image): expected an object") }
        for (name, value) in members {
            switch name {
            case "errors": errors = try Self.share(value, "\(image): errors")
            case "latency":
                median = try Self.duration(value["median"] ?? "80ms", "\(image): latency.median")
                sigma = value["sigma"]?.decimal ?? 0.5
            case "start": start = try Self.duration(value, "\(image): start")
            case "crashAfter": crashAfter = try Self.duration(value, "\(image): crashAfter")
            case "fail":
                guard let failure = value.string.flatMap(Failure.init) else {
                    let known = Failure.allCases.map(\.rawValue).joined(separator: ", ")
                    throw BehaviourError(message: "\(image): fail is one of \(known)")
                }
                self.failure = failure
            default:
                throw BehaviourError(message: "\(image): unknown name \(name)")
            }
        }
    }

    private static func share(_ value: Value, _ name: String) throws(BehaviourError) -> Double {
        guard let share = value.decimal, (0...1).contains(share) else {
            throw BehaviourError(message: "\(name) is a number from 0 to 1")
        }
        return share
    }

    private static func duration(_ value: Value, _ name: String) throws(BehaviourError) -> Duration {
        guard let duration = value.string.flatMap(Duration.init(reading:)) else {
            throw BehaviourError(message: "\(name) is a duration such as 80ms, 2s or 1m")
        }
        return duration
    }
}

extension Duration {
    /// Reads a number with the unit `ms`, `s`, `m` or `h`.
    package init?(reading text: String) {
        let units = [("ms", 1.0), ("s", 1000), ("m", 60_000), ("h", 3_600_000)]
        guard let (unit, factor) = units.first(where: { text.hasSuffix($0.0) }),
            let number = Double(text.dropLast(unit.count)), number >= 0, number * factor < 1e12
        else { return nil }
        self = .milliseconds(Int(number * factor))
    }
}
