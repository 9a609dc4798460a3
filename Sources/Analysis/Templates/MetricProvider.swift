/// Where a metric comes from, as its template states it: one kind of provider, with that kind's settings.
///
/// The settings stay a value here; what each kind takes is known where its service is asked.
package enum MetricProvider: Hashable, Sendable {
    case stated(kind: String, settings: Value)
    case missing
    case several([String])

    package var kind: String? {
        guard case .stated(let kind, _) = self else { return nil }
        return kind
    }

    /// Whether its measurements are verdicts already.
    package var statesPhase: Bool { kind == "kayenta" || kind == "job" }

    package var settings: Value? {
        guard case .stated(_, let settings) = self else { return nil }
        return settings
    }

    /// The provider with further settings, which win over its own.
    package func adding(_ members: [Value.Member]) -> MetricProvider {
        guard case .stated(let kind, .map(let own)) = self else { return self }
        let names = Set(members.map(\.name))
        return .stated(kind: kind, settings: .map(own.filter { !names.contains($0.name) } + members))
    }

    func validate() throws(TemplateError) {
        switch self {
        case .stated: break
        case .missing: throw TemplateError("no provider specified", at: "provider")
        case .several(let names):
            throw TemplateError(
                "multiple providers specified", at: "provider", hint: "keep one of \(names.joined(separator: ", "))")
        }
    }
}

extension MetricProvider: Decodable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Value.Name.self)
        let names = container.allKeys
        switch (names.count, names.first) {
        case (0, _): self = .missing
        case (1, let name?):
            self = .stated(kind: name.stringValue, settings: try container.decode(Value.self, forKey: name))
        default: self = .several(names.map(\.stringValue).sorted())
        }
    }
}

extension Value: Decodable {
    struct Name: CodingKey {
        let stringValue: String
        let intValue: Int? = nil

        init?(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    /// Any value of a document; members keep their order as far as the decoder knows it.
    package init(from decoder: any Decoder) throws {
        if let object = try? decoder.container(keyedBy: Name.self) {
            self = .map(try object.allKeys.map { Member($0.stringValue, try object.decode(Value.self, forKey: $0)) })
            return
        }
        if var array = try? decoder.unkeyedContainer() {
            var elements: [Value] = []
            while !array.isAtEnd { elements.append(try array.decode(Value.self)) }
            self = .array(elements, of: .any)
            return
        }
        let single = try decoder.singleValueContainer()
        if single.decodeNil() {
            self = .null
        } else if let bool = try? single.decode(Bool.self) {
            self = .bool(bool)
        } else if let int = try? single.decode(Int.self) {
            self = .int(int)
        } else if let double = try? single.decode(Double.self) {
            self = .double(double)
        } else {
            self = .string(try single.decode(String.self))
        }
    }
}
