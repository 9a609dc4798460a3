package import Rollouts

/// The one comment under a pull request that says what follows its merge.
package struct ChangeComment: Sendable {
    /// Markdown that begins with the marker.
    let text: String
    /// What the comment begins with, by which it is found again.
    let marker: String

    package init(_ text: String, marker: String) {
        (self.text, self.marker) = (text, marker)
    }

    /// Writes the comment, or changes the one that is there; nothing is sent where it says the same.
    package func post(to number: PullRequest.Number, on forge: any Forge) async throws(ForgeFailure) {
        try await forge.comment(on: number, text, marker: marker)
    }
}
