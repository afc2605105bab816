import MediaTypes
import Testing

@testable import EdgeNode

@Suite struct ZonePresenceTests {
    /// Seconds in the zone for each look, two a second; "-" where it is not, or not yet.
    private func stays(_ looks: String, inertia: Int) -> String {
        var presence = ZonePresence()
        return looks.enumerated().map { index, look in
            presence.note(look == "i", at: MediaTime(seconds: Double(index) / 2), inertia: inertia).map { "\(Int($0))" } ?? "-"
        }.joined()
    }

    @Test(
        "It comes and goes with some looks in a row",
        arguments: [
            ("iiiii", 1, "00112"), ("iiiiii", 2, "-00112"), ("iiiiii", 3, "--0011"),
            // One that jitters over an edge never comes.
            ("ioioioio", 2, "--------"),
            // Looks beside it that are too few let the time go on; enough of them begin it anew.
            ("iiioiiii", 2, "-00--223"), ("iiiooiii", 2, "-00---00"), ("oooiii", 3, "-----0"),
        ])
    func stay(looks: String, inertia: Int, stays expected: String) { #expect(stays(looks, inertia: inertia) == expected) }
}
