import Rollouts
import Support
import Testing

@Suite("The serial rule on histories made by git")
struct SerialCasesTests {
    @Test(.enabled(if: SharedFolder.has("vectors/serial.json")), arguments: SerialCase.all)
    func `finds what the case says`(story: SerialCase) throws {
        var player = try SerialPlayer(story)
        try player.play()
    }

    @Test(.enabled(if: SharedFolder.has("vectors/serial.json")))
    func `reads all cases`() {
        #expect(SerialCase.all.count == 38)
    }
}
