internal import Analysis
internal import Rollouts

/// Measurements in a note: an object per metric of an analysis, with a member for each time.
enum MeasurementText {
    static func measurements(in json: JSON?) -> [MeasurementKey: ClaimedMeasurement] {
        var found: [MeasurementKey: ClaimedMeasurement] = [:]
        for metric in json?.members ?? [] {
            guard let (analysis, name) = subject(metric.name) else { continue }
            for member in metric.value.members ?? [] {
                guard let time = Timestamp(rfc3339: member.name), let entry = entry(member.value) else { continue }
                found[MeasurementKey(analysis: analysis, metric: name, time: time)] = entry
            }
        }
        return found
    }

    /// With another entry; nil where what is there stands.
    static func adding(_ measurement: ClaimedMeasurement, _ key: MeasurementKey, to json: JSON?) -> JSON? {
        switch (measurements(in: json)[key], measurement) {
        case (nil, _), (.claimed?, .measured), (.claimed?, .missed): break
        default: return nil
        }
        let subject = "\(key.analysis.text)/\(key.metric)"
        var metrics = json?.members ?? []
        var times = metrics.first { $0.name == subject }?.value.members ?? []
        times.removeAll { $0.name == key.time.rfc3339 }
        times.append(.init(name: key.time.rfc3339, value: text(measurement)))
        metrics.removeAll { $0.name == subject }
        metrics.append(.init(name: subject, value: .object(times)))
        return .object(metrics)
    }

    private static func text(_ measurement: ClaimedMeasurement) -> JSON {
        switch measurement {
        case .claimed(let owner): ["by": .string(owner)]
        case .measured(.value(let value)): ["value": JSON(value)]
        case .measured(.absent): ["absent": true]
        case .measured(.failure(let message)): ["failure": .string(message)]
        case .missed(let failure):
            [failure.code == .configuration ? "refused" : "unavailable": .string(failure.message)]
        }
    }

    private static func entry(_ json: JSON) -> ClaimedMeasurement? {
        if let owner = json["by"]?.string { return .claimed(by: owner) }
        if let value = json["value"] { return .measured(.value(value.value)) }
        if json["absent"] != nil { return .measured(.absent) }
        if let message = json["refused"]?.string { return .missed(MetricFailure(.configuration, message)) }
        if let message = json["unavailable"]?.string { return .missed(MetricFailure(.unavailable, message)) }
        return json["failure"]?.string.map { .measured(.failure($0)) }
    }

    private static func subject(_ text: String) -> (AnalysisRequest.ID, String)? {
        let parts = text.split(separator: "/", maxSplits: 1).map(String.init)
        guard parts.count == 2 else { return nil }
        if parts[0] == AnalysisRequest.ID.background.text { return (.background, parts[1]) }
        guard let dash = parts[0].lastIndex(of: "-"), let number = Int(parts[0][dash...].dropFirst()) else {
            return nil
        }
        let name = parts[0][..<dash]
        if name == "inline" { return (.inline(number), parts[1]) }
        guard name.hasPrefix("soak-"), name.count > 5 else { return nil }
        return (.soak(promotion: String(name.dropFirst(5)), number), parts[1])
    }
}

extension AnalysisRequest.ID {
    fileprivate var text: String {
        switch self {
        case .background: "background"
        case .inline(let number): "inline-\(number)"
        case .soak(let promotion, let number): "soak-\(promotion)-\(number)"
        }
    }
}
