package import Rollouts
package import YAML

/// One value of a rollout with its two addresses: a place in Git and a field of a live object.
package struct BoundField: Hashable, Sendable {
    package let binding: BindingName
    package let place: Place
    /// The object whose live field this is.
    package let object: ObjectReference
    package let livePath: FieldPath
    /// The live field in whose text `livePath` goes on; nil where it leads to a field of its own.
    var liveText: FieldPath?
    /// The text in Git; nil where the field is not written.
    package let text: String?
    /// What an unwritten field means.
    let unwritten: String?
    /// The image's name where the place holds only its tag or digest.
    let imageName: String?

    /// A place in Git.
    package struct Place: Hashable, Sendable {
        package let file: String
        /// The number of the document in its file, from 0.
        package let document: Int
        package let path: FieldPath
        /// The way on inside the text at `path`, where that is a patch written into a kustomization, or an annotation.
        package let inner: FieldPath?
        package let format: Format
        /// From 1; of the value or of the nearest node that exists.
        package let line: Int

        /// The way to the value in its document, as the state records it.
        package var address: String { inner.map { "\(path):\($0)" } ?? path.description }
    }

    /// What the text at the place is; `marker` for one whose presence means that there are no pods, `entry` for one that
    /// comes and goes with the mappings above it.
    package enum Format: String, Hashable, Sendable { case value, number, image, tag, digest, marker, entry }

    /// What the field means: a whole image reference whatever the format, a default where nothing is written.
    package var value: String? { meaning(of: text) }

    /// What the field means with another text in its place; nil for none.
    func meaning(of text: String?) -> String? {
        if place.format == .marker { return text == nil ? "1" : "0" }
        guard let text else { return unwritten }
        switch place.format {
        case .value, .number, .image, .marker, .entry: return text
        case .tag: return imageName.map { "\($0):\(text)" } ?? text
        case .digest: return imageName.map { "\($0)@\(text)" } ?? text
        }
    }

    /// The text that makes the field mean `value`.
    ///
    /// - Throws: where the place cannot hold it: a digest where a tag stands, or an image of another name.
    func text(meaning value: String) throws(Diagnostic) -> String {
        guard place.format == .tag || place.format == .digest else { return value }
        let image = ImageReference(value)
        if let imageName, image.name != imageName {
            throw problem(
                "\(binding) is \(value), but the place holds only the \(place.format.rawValue) of \(imageName)",
                hint: "keep the image's name, or write the whole reference in the manifest")
        }
        let part = place.format == .tag ? (image.digest == nil ? image.tag : nil) : image.digest
        guard let part else {
            throw problem(
                "\(binding) is \(value), which has no \(place.format.rawValue) alone",
                hint: "the place holds a \(place.format.rawValue); state the release with one")
        }
        return part
    }

    init(
        binding: BindingName, place: Place, object: ObjectReference, livePath: FieldPath, liveText: FieldPath? = nil,
        text: String?, unwritten: String?, imageName: String?
    ) {
        self.binding = binding
        self.place = place
        self.object = object
        self.livePath = livePath
        self.liveText = liveText
        self.text = text
        self.unwritten = unwritten
        self.imageName = imageName
    }

    func problem(_ message: String, hint: String? = nil) -> Diagnostic {
        Diagnostic(file: place.file, line: place.line, message: message, hint: hint)
    }

    /// `file:line`, as differences show it.
    var placeText: String { "\(place.file):\(place.line)" }

    /// What identifies the target in the bindings' digest: never a line or a value.
    var canonical: String {
        "\(binding) \(place.file) \(place.address) \(place.format.rawValue)"
            + " \(object.group)/\(object.kind)/\(object.namespace)/\(object.name) \(livePath)"
    }
}
