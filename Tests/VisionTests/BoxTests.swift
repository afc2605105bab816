import Testing
import Vision

@Suite struct BoxTests {
    @Test("A box is clipped to the picture, and one outside is none")
    func clipped() {
        #expect(Box(x: -0.5, y: 0.25, width: 1, height: 0.5).clipped == Box(x: 0, y: 0.25, width: 0.5, height: 0.5))
        #expect(Box(x: 0.5, y: 0.5, width: 4, height: 4).clipped == Box(x: 0.5, y: 0.5, width: 0.5, height: 0.5))
        #expect(Box(x: 1, y: 0, width: 1, height: 1).clipped == nil)
        #expect(Box(x: 0, y: -1, width: 1, height: 1).clipped == nil)
    }
}
