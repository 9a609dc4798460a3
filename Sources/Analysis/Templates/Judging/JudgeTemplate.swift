/// How a metric is judged where that is not by conditions on its values; Headgate's addition to Argo's metric.
///
/// Exactly one judge is stated, with its settings; whatever is not given has the judge's default.
package enum JudgeTemplate: Hashable, Sendable {
    /// Counts of the canary against stable's, at any traffic.
    case sequential(SequentialTemplate)
    /// Counts of the canary against a bar.
    case confident(ConfidentTemplate)
    /// Values of the canary against stable's.
    case compare(CompareTemplate)

    /// Reported, and without a say.
    package var isMuted: Bool {
        if case .compare(let template) = self { template.settings.isMuted } else { false }
    }

    /// Reads the judge's settings again for what cannot be right.
    package func validate() throws(TemplateError) {
        switch self {
        case .sequential(let template): try template.validate()
        case .confident(let template): try template.validate()
        case .compare(let template):
            do { try template.settings.validate() } catch { throw error.at("compare") }
        }
    }
}

extension JudgeTemplate: Decodable {
    private enum CodingKeys: String, CodingKey, CaseIterable { case sequential, confident, compare }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        // Each is asked for, so that the decoder knows all keys there are.
        let sequential = try container.decodeIfPresent(SequentialTemplate.self, forKey: .sequential)
        let confident = try container.decodeIfPresent(ConfidentTemplate.self, forKey: .confident)
        let compare = try container.decodeIfPresent(CompareTemplate.self, forKey: .compare)
        switch (sequential, confident, compare) {
        case (let template?, nil, nil): self = .sequential(template)
        case (nil, let template?, nil): self = .confident(template)
        case (nil, nil, let template?): self = .compare(template)
        default:
            throw DecodingError.dataCorrupted(
                .init(
                    codingPath: decoder.codingPath,
                    debugDescription: "state one judge: sequential, confident or compare"))
        }
    }
}

/// What one side of a comparison is asked for: a text is the provider's query, a mapping its settings.
package struct SideQueries: Decodable, Hashable, Sendable {
    package var bad: Value?
    package var good: Value?
    package var total: Value?
    /// All buckets of a histogram, as counters with the label `le`.
    package var buckets: Value?

    package init(bad: Value? = nil, good: Value? = nil, total: Value? = nil, buckets: Value? = nil) {
        self.bad = bad
        self.good = good
        self.total = total
        self.buckets = buckets
    }

    func validate(_ path: String) throws(TemplateError) {
        if buckets != nil {
            guard bad == nil, good == nil, total == nil else {
                throw TemplateError("states both buckets and counts", at: path, hint: "keep one of the two")
            }
            return
        }
        guard total != nil, (bad == nil) != (good == nil) else {
            throw TemplateError(
                "needs total and one of bad and good", at: path, hint: "or buckets, to judge a histogram")
        }
    }
}
