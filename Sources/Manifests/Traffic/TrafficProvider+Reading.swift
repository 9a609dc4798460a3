package import Rollouts
internal import YAML

/// Reads providers' files.
extension TrafficProvider {
    /// Reads a provider's file.
    ///
    /// - Throws: the first thing that is wrong with it.
    package static func read(_ bytes: [UInt8], file: String) throws(Diagnostic) -> TrafficProvider {
        let reading = reading(bytes, file: file)
        if let problem = reading.problems.first { throw problem }
        guard let provider = reading.provider else { throw Diagnostic(file: file, message: "cannot be read") }
        return provider
    }

    /// The provider, and all that is wrong with its file; with a problem there is no provider.
    package static func reading(
        _ bytes: [UInt8], file: String
    ) -> (provider: TrafficProvider?, problems: [Diagnostic]) {
        let document: YAMLDocument
        do throws(YAMLError) {
            document = try YAMLStream(parsing: bytes, file: file).single
        } catch {
            return (nil, [Diagnostic(error)])
        }
        do throws(YAMLProblems) {
            let provider = try YAMLDecoder().decode(TrafficProvider.self, from: document)
            let problems = TrafficProviderCheck(provider, document).problems
            return (problems.isEmpty ? provider : nil, problems)
        } catch {
            return (nil, error.errors.map { Diagnostic($0) })
        }
    }
}
