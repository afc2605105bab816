import Testing

@testable import Hub

@Suite struct KioskPlanTests {
    private static func isValid(_ name: String = "Kitchen", _ cameras: [String] = ["a"], _ side: Int = 2) -> Bool {
        KioskPlan(name: name, cameras: cameras, side: side, approvedBy: "admin").isValid
    }

    @Test func `A screen has a name that can be seen, and room for its cameras`() {
        #expect(Self.isValid() && Self.isValid("Küche 🍳", (1...16).map { "cam-\($0)" }, 4))
        for name in ["", " ", String(repeating: "x", count: 65), "a\u{202e}b", "a\0b"] { #expect(!Self.isValid(name), "\(name)") }
        for cameras in [[], ["a", "a"], ["No Id"], ["a", "b", "c", "d", "e"]] { #expect(!Self.isValid("Kitchen", cameras), "\(cameras)") }
        for side in [0, -1, 5] { #expect(!Self.isValid("Kitchen", ["a"], side), "\(side)") }
    }

    @Test func `No account is named as a screen is in the audit log`() throws {
        for name in [
            "screen Kitchen", "Screen x", "screen  x", "screen\u{a0}Kitchen", "SCREEN\u{2003}x", "screen\u{202f}x",
            "\u{ff53}creen\u{3000}x",
            "on the\u{a0}hub's machine",
        ] {
            #expect(throws: AccountError.self, "\(name)") { try PasswordRule.check(name: name) }
        }
        try PasswordRule.check(name: "screenwriter")
    }
}
