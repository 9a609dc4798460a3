import Analysis
import Rollouts

/// Which metric, of which namespace, with which labels.
struct ExternalMetric: Hashable, Sendable {
    private(set) var name = ""
    private(set) var namespace = "default"
    private(set) var selector: String?

    /// From fields of its own, or from Flagger's `namespace/metric?labelSelector=…`.
    init(_ fields: inout ProviderFields) {
        let query = fields.text("query")
        let stated = fields.text("metric")
        if let namespace = fields.text("namespace") { self.namespace = namespace }
        selector = fields.text("labelSelector")
        if let query {
            if stated != nil || selector != nil || namespace != "default" {
                fields.refuse(
                    "query", "metric, namespace or labelSelector is stated too", hint: "keep query, or the others")
            }
            read(query, &fields)
        } else if let stated {
            name = stated
            if stated.contains("/") || stated.contains("?") {
                fields.refuse("metric", "\"\(stated)\" is no name of a metric", hint: "give that to query instead")
            }
        } else {
            fields.refuse("metric", "metric is missing", hint: "write the name that the adapter serves it by")
        }
        check(&fields)
    }

    private mutating func read(_ query: String, _ fields: inout ProviderFields) {
        let parts = query.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let path = parts[0].split(separator: "/", omittingEmptySubsequences: false)
        guard path.count <= 2, let last = path.last, !last.isEmpty else {
            return fields.refuse(
                "query", "\"\(query)\" names no metric", hint: "write namespace/metric?labelSelector=app%3Dshop")
        }
        name = String(last)
        if path.count == 2, !path[0].isEmpty { namespace = String(path[0]) }
        for item in parts.dropFirst().joined().split(separator: "&") {
            let pair = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if pair[0] == "labelSelector", pair.count == 2 {
                selector = Self.decoded(pair[1])
            } else {
                fields.refuse("query", "has \(pair[0])", hint: "labelSelector is all that the API knows")
            }
        }
    }

    private func check(_ fields: inout ProviderFields) {
        let isName = namespace.allSatisfy { $0.isASCII && ($0.isLowercase || $0.isNumber) || $0 == "-" }
        if !isName { fields.refuse("namespace", "\"\(namespace)\" is no name of a namespace") }
        if name == "." || name == ".." { fields.refuse("metric", "\"\(name)\" is no name of a metric") }
        if let selector, selector.hasPrefix("labelSelector=") || selector.contains("%3D") {
            fields.refuse(
                "labelSelector", "is part of a URL", hint: "write labels alone, such as app=shop,track=canary")
        } else if let selector, let character = selector.first(where: { "{}\"':".contains($0) }) {
            fields.refuse(
                "labelSelector", "has a \(character)",
                hint: "write labels as kubectl takes them, such as app=shop,track=canary")
        } else if let selector, let (message, hint) = QueryText(selector).problem {
            fields.refuse("labelSelector", message.replacing("the query", with: "the selector"), hint: hint)
        }
        if name.contains("{") || name.contains("(") {
            fields.refuse(
                "metric", "\"\(name)\" is a query", hint: "write the name that the adapter serves, and a labelSelector")
        }
    }

    /// What was escaped in a URL's query.
    private static func decoded(_ text: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            let digits = String(decoding: rest.prefix(2), as: UTF8.self)
            if byte == UInt8(ascii: "%"), digits.utf8.count == 2, let code = UInt8(digits, radix: 16) {
                bytes.append(code)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    var path: String {
        "/apis/external.metrics.k8s.io/v1beta1/namespaces/\(FormEncoding.encoded(namespace))/\(FormEncoding.encoded(name))"
    }
}
