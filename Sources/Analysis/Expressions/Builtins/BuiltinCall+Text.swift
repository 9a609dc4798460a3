extension BuiltinCall {
    func text() throws(ExpressionError) -> Value {
        switch builtin {
        case .trim: return .string(Text.trimmed(try string(0), of: arguments.count > 1 ? try string(1) : nil))
        case .trimPrefix, .trimSuffix: return try trimmedEnd()
        case .upper: return .string(Text.mapped(try string(0), \.properties.uppercaseMapping))
        case .lower: return .string(Text.mapped(try string(0), \.properties.lowercaseMapping))
        case .split, .splitAfter:
            let pieces = Text.split(
                try string(0), by: try string(1), limit: arguments.count > 2 ? try int(2) : nil,
                keepsSeparator: builtin == .splitAfter)
            return .array(pieces.map { .string($0) }, of: .string)
        case .replace: return try replacement()
        case .repeat:
            let (text, count) = (try string(0), try int(1))
            guard count >= 0 else {
                throw fail("invalid argument for repeat (expected positive integer, got \(count))")
            }
            return .string(String(repeating: text, count: count))
        case .join: return try joined()
        case .indexOf: return .int(Text.range(of: try string(1), in: try string(0))?.lowerBound ?? -1)
        case .lastIndexOf: return .int(Text.lastOffset(of: try string(1), in: try string(0)) ?? -1)
        case .hasPrefix: return .bool(try string(0).utf8.starts(with: try string(1).utf8))
        default: return .bool(try string(0).utf8.reversed().starts(with: try string(1).utf8.reversed()))
        }
    }

    /// A space where the prefix or suffix is not given.
    private func trimmedEnd() throws(ExpressionError) -> Value {
        let text = try string(0)
        let end = arguments.count > 1 ? try string(1) : " "
        let isSuffix = builtin == .trimSuffix
        guard
            isSuffix
                ? text.utf8.reversed().starts(with: end.utf8.reversed()) : text.utf8.starts(with: end.utf8)
        else { return .string(text) }
        let rest = isSuffix ? text.utf8.dropLast(end.utf8.count) : text.utf8.dropFirst(end.utf8.count)
        return .string(String(decoding: rest, as: UTF8.self))
    }

    private func replacement() throws(ExpressionError) -> Value {
        let (text, old, new) = (try string(0), try string(1), try string(2))
        let count = arguments.count > 3 ? try int(3) : -1
        if old.isEmpty { return .string(Text.interspersed(text, with: new, count: count)) }
        let limit = count < 0 ? nil : Optional(count == .max ? count : count + 1)
        return .string(Text.split(text, by: old, limit: limit).joined(separator: new))
    }

    private func joined() throws(ExpressionError) -> Value {
        let separator = arguments.count > 1 ? try string(1) : ""
        guard case .array(let elements, let kind) = arguments[0], [.any, .string, .nothing].contains(kind) else {
            throw invalidArgument(arguments[0])
        }
        var texts: [String] = []
        for element in elements { texts.append(try Operators.string(element, offset)) }
        return .string(texts.joined(separator: separator))
    }

    func encoding() throws(ExpressionError) -> Value {
        switch builtin {
        case .toJSON:
            do throws(JSONWriter.Problem) {
                return .string(try JSONWriter.indented(arguments[0]))
            } catch {
                throw fail(error.message)
            }
        case .fromJSON:
            let text = try string(0)
            do throws(JSONReader.Problem) { return try JSONReader.value(text) } catch { throw fail(error.message) }
        case .toBase64: return .string(Base64.encoded(Array(try string(0).utf8)))
        default:
            let text = try string(0)
            do throws(Base64.Problem) {
                return .string(String(decoding: try Base64.decoded(text), as: UTF8.self))
            } catch {
                throw fail(error.message)
            }
        }
    }
}
