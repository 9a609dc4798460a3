internal import Rollouts
internal import YAML

/// One value of a chart as it is written, and what it has to be.
struct RenderedValue {
    let binding: BindingName
    let stated: BindingSpec
    let place: StatedPlace

    private var isImage: Bool { binding.text.contains(".image.") }
    private var isNumber: Bool { !isImage && !binding.text.contains(".value.") }

    /// - Throws: where a format is stated for what is no image, or where it shows that one is missing.
    func format() throws(Diagnostic) -> BoundField.Format {
        guard isImage else {
            if stated.format != nil { throw problem("\(binding) is no image", hint: "leave out format") }
            if let field = PrivilegedFields.named(in: place.inner?.path ?? place.path), !isNumber {
                throw problem("a release does not move \(field)", hint: PrivilegedFields.hint)
            }
            return .value
        }
        if let format = stated.format { return BoundField.Format(rawValue: format.rawValue) ?? .image }
        let text = try text()
        guard text.contains(where: { ":/@".contains($0) }) else {
            throw problem(
                "\"\(text)\" is no whole image reference", hint: "state format: tag or digest for a part of one")
        }
        return .image
    }

    /// The text, which is no template, and a number where a number is needed.
    func text() throws(Diagnostic) -> String {
        let node = place.node.resolved
        guard let text = node.text, node.isScalar, !node.isNull else {
            throw problem(
                "a bound value has to be a text or a number, not \(node.summary)", hint: "write the value itself")
        }
        if text.contains("${") || text.contains("{{") {
            throw problem(
                "\"\(text)\" is filled in when it is applied, so it cannot be written",
                hint: "write the value itself here")
        }
        if isNumber {
            let most = binding == .weight || binding == .stableWeight ? BoundRollout.Route.percent : Int.max
            guard let number = Int(text), (0...most).contains(number) else {
                throw problem(
                    "\"\(text)\" is no value of \(binding)",
                    hint: most == .max ? "a whole number from 0" : "a whole number of percent from 0 to 100")
            }
        }
        return text
    }

    /// The name of the image of which the place has a part: stated, or read from the repository beside it.
    func imageName() throws(Diagnostic) -> String? {
        let format = try format()
        guard format == .tag || format == .digest else { return nil }
        let beside = place.neighbour("repository").map { repository in
            place.neighbour("registry").map { "\($0)/\(repository)" } ?? repository
        }
        if let stated = stated.image, let beside, stated != beside {
            throw problem(
                "\(binding) is stated as a part of \(stated), and the repository beside it is \(beside)",
                hint: "leave out image, or state \(beside)")
        }
        guard let name = stated.image ?? beside else {
            throw problem(
                "nothing says of which image this is the \(format.rawValue)",
                hint: "state it in the binding, such as image: ghcr.io/acme/checkout")
        }
        return name
    }

    private func problem(_ message: String, hint: String) -> Diagnostic {
        Diagnostic(
            file: place.stream.file, line: place.line,
            column: place.inner == nil ? place.node.position.column : 1, message: message, hint: hint)
    }
}
