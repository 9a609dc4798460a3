internal import HTTP

/// `application/x-www-form-urlencoded` by the URL standard.
enum FormEncoding {
    static func text(_ fields: [(String, String)]) -> String {
        fields.map { "\(encoded($0.0))=\(encoded($0.1))" }.joined(separator: "&")
    }

    static func encoded(_ text: String) -> String { PercentEncoding.encoded(text, keeping: "-._*") }
}
