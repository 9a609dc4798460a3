import FoundationEssentials

/// A request to the forge, apart from any HTTP library.
struct ForgeRequest: Sendable {
    var method: String
    /// Between the slashes, decoded; a branch's name may have slashes of its own.
    var path: [String]
    /// As it came, for links to other pages of the same list.
    var rawPath: String
    var query: [(name: String, value: String)]
    /// By names in small letters.
    var headers: [String: String]
    var body: [UInt8]

    init(
        _ method: String, _ rawPath: String, query: [(name: String, value: String)] = [],
        headers: [String: String] = [:], body: [UInt8] = []
    ) {
        self.method = method
        self.rawPath = rawPath
        path = rawPath.split(separator: "/").map { FormText.decoded(String($0), plusIsSpace: false) }
        self.query = query
        self.headers = headers
        self.body = body
    }

    func parameter(_ name: String) -> String? { query.first { $0.name == name }?.value }

    /// The token of `Authorization: token …` or `Bearer …`.
    var token: String? {
        let parts = (headers["authorization"] ?? "").split(separator: " ", maxSplits: 1).map(String.init)
        guard parts.count == 2, ["token", "bearer"].contains(parts[0].lowercased()) else { return nil }
        return parts[1]
    }

    /// The fields of a form; of several with one name the last counts.
    var form: [String: String] {
        FormText.fields(String(decoding: body, as: UTF8.self))
    }
}

/// The answer of the forge.
struct ForgeResponse: Sendable {
    var status: Int
    var contentType: String
    var headers: [String: String] = [:]
    var body: String

    static func json(_ value: Value, status: Int = 200) -> ForgeResponse {
        ForgeResponse(status: status, contentType: "application/json;charset=utf-8", body: value.text + "\n")
    }

    static func text(_ text: String, status: Int = 200) -> ForgeResponse {
        ForgeResponse(status: status, contentType: "text/plain; charset=utf-8", body: text)
    }

    static func nothing(_ status: Int) -> ForgeResponse {
        ForgeResponse(status: status, contentType: "text/plain; charset=utf-8", body: "")
    }

    /// Leads to another page after a form was sent.
    static func see(_ path: String) -> ForgeResponse {
        var response = nothing(303)
        response.headers["Location"] = path
        return response
    }
}

/// Text as forms and addresses encode it: percent signs with two hexadecimal digits, and in forms `+` for a space.
enum FormText {
    static func decoded(_ text: String, plusIsSpace: Bool = true) -> String {
        let bytes = Array(text.utf8)
        var decoded: [UInt8] = []
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            if byte == UInt8(ascii: "%"), index + 2 < bytes.count,
                let value = UInt8(String(decoding: bytes[index + 1...index + 2], as: UTF8.self), radix: 16)
            {
                decoded.append(value)
                index += 3
            } else {
                decoded.append(plusIsSpace && byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
                index += 1
            }
        }
        return String(decoding: decoded, as: UTF8.self)
    }

    static func fields(_ text: String) -> [String: String] {
        var fields: [String: String] = [:]
        for pair in text.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            fields[decoded(parts[0])] = parts.count > 1 ? decoded(parts[1]) : ""
        }
        return fields
    }

    /// One part of a path or one value of a query.
    static func encoded(_ text: String) -> String {
        var encoded = ""
        for byte in text.utf8 {
            let character = Character(Unicode.Scalar(byte))
            if character.isASCII, character.isLetter || character.isNumber || "-._~".contains(character) {
                encoded.append(character)
            } else {
                let digits = String(byte, radix: 16, uppercase: true)
                encoded += "%" + (digits.count < 2 ? "0" : "") + digits
            }
        }
        return encoded
    }
}
