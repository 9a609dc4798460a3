internal import FoundationEssentials

/// The two files in which the AWS tools keep profiles.
///
/// By https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html
struct AWSProfiles: Sendable {
    private var profiles: [String: [String: String]] = [:]

    /// Reads the files that the environment names, or those in the home folder; a file that is not there has nothing.
    init(environment: [String: String]) {
        let home = environment["HOME"] ?? ""
        let configuration = Self.text(environment["AWS_CONFIG_FILE"] ?? "\(home)/.aws/config")
        let credentials = Self.text(environment["AWS_SHARED_CREDENTIALS_FILE"] ?? "\(home)/.aws/credentials")
        self.init(configuration: configuration, credentials: credentials)
    }

    /// - Parameter credentials: wins where both have a key.
    init(configuration: String, credentials: String) {
        for (section, settings) in Self.sections(configuration) {
            let words = section.split(whereSeparator: \.isWhitespace)
            if words == ["default"] {
                profiles["default", default: [:]].merge(settings) { $1 }
            } else if words.count == 2, words[0] == "profile" {
                profiles[String(words[1]), default: [:]].merge(settings) { $1 }
            }
        }
        for (section, settings) in Self.sections(credentials) {
            profiles[section, default: [:]].merge(settings) { $1 }
        }
    }

    subscript(name: String) -> [String: String]? { profiles[name] }

    private static func text(_ path: String) -> String {
        guard let data = FileManager.default.contents(atPath: path), data.count <= 1 << 20 else { return "" }
        return String(decoding: data, as: UTF8.self)
    }

    /// Sections with their settings; lines that are indented belong to a setting of several lines and are left out.
    private static func sections(_ text: String) -> [(name: String, settings: [String: String])] {
        var sections: [(name: String, settings: [String: String])] = []
        for line in text.split(whereSeparator: \.isNewline) {
            guard let first = line.first, !first.isWhitespace, first != "#", first != ";" else { continue }
            if first == "[" {
                sections.append((trimmed(line.dropFirst().prefix { $0 != "]" }), [:]))
                continue
            }
            let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, !sections.isEmpty else { continue }
            sections[sections.count - 1].settings[trimmed(parts[0]).lowercased()] = value(parts[1])
        }
        return sections
    }

    /// Without the remark that may follow a blank.
    private static func value(_ text: Substring) -> String {
        var end = text.startIndex
        while end < text.endIndex {
            let next = text.index(after: end)
            if text[end].isWhitespace, next < text.endIndex, "#;".contains(text[next]) { break }
            end = next
        }
        return trimmed(text[..<end])
    }

    private static func trimmed(_ text: Substring) -> String {
        let start = text.drop(while: \.isWhitespace)
        let end = start.lastIndex { !$0.isWhitespace }.map(start.index(after:)) ?? start.startIndex
        return String(start[..<end])
    }
}
